import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentDetection } from '../../engine/ports/agent.ts';
import { KnownVersions } from './known-versions.ts';

let folder: string;
let path: string;
let versions: KnownVersions;
let asked: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'versions-'));
  path = join(folder, 'agent');
  writeFileSync(path, 'one');
  versions = new KnownVersions();
  asked = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const detect = (answer: Partial<AgentDetection> = {}, env = { PATH: '/bin' }): Promise<AgentDetection> =>
  versions.of(path, env, async () => ({ available: true, version: `1.0.${(asked += 1)}`, ...answer }));

test('a program is asked once, also by several at a time', async () => {
  const answers = await Promise.all([detect(), detect()]);
  expect([...answers, await detect()]).toEqual(answers.concat(answers[0]));
  expect(answers[0]).toEqual({ available: true, version: '1.0.1' });
});

test('another file under the same path is asked anew, and so is the same where other programs are found', async () => {
  await detect();
  writeFileSync(path, 'another');
  expect(await detect()).toMatchObject({ version: '1.0.2' });
  expect(await detect({}, { PATH: '/usr/bin' })).toMatchObject({ version: '1.0.3' });
});

test('what could not be used is asked again', async () => {
  await detect({ available: false });
  expect(await detect()).toMatchObject({ available: true, version: '1.0.2' });
  rmSync(path);
  await expect(detect()).rejects.toThrow('ENOENT');
  writeFileSync(path, 'a third');
  const failing = versions.of(path, {}, () => Promise.reject(new Error('no luck')));
  await expect(failing).rejects.toThrow('no luck');
  expect(await versions.of(path, {}, async () => ({ available: true }))).toEqual({ available: true });
});
