import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { draftName } from './drafts.ts';
import { placeIn } from './place.ts';
import { writeText } from './write-text.ts';

test('a file that is written again takes what a process left that died while it wrote, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orchestra-drafts-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { pid: dead } = spawnSync('true');
  const kept = [draftName(), `.orchestra-${process.ppid}-${randomUUID()}.tmp`, '.orchestra-mine.tmp'];
  for (const name of [...kept, `.orchestra-${dead}-${randomUUID()}.tmp`]) writeFileSync(join(folder, name), 'half');
  await writeText(await placeIn(folder, 'a.txt'), 'whole');
  expect(readdirSync(folder).toSorted()).toEqual([...kept, 'a.txt'].toSorted());
});
