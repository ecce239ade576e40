import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Spill } from './spill.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function textOf(spill: Spill): Promise<string> {
  let text = '';
  for await (const piece of spill.read()) text += piece;
  await spill.close();
  return text;
}

test('an output is kept in the order it came, in a file nobody can find', async () => {
  const folder = newFolder();
  const spill = await Spill.open(folder);
  for (const piece of ['one ', 'grüße ', 'three']) await spill.add(Buffer.from(piece));
  expect(readdirSync(folder)).toEqual([]);
  expect(await textOf(spill)).toBe('one grüße three');
});

test('what passes the limit is counted and not written', async () => {
  const spill = await Spill.open(newFolder(), 10);
  for (let count = 0; count < 5; count += 1) await spill.add(Buffer.from('1234'));
  expect(await textOf(spill)).toBe('1234123412\n[... the last 10 bytes are left out ...]\n');
});

test('a program that removes its folder does not lose its output', async () => {
  const folder = newFolder();
  rmSync(folder, { recursive: true });
  const spill = await Spill.open(folder);
  await spill.add(Buffer.from('kept'));
  rmSync(folder, { recursive: true });
  expect(await textOf(spill)).toBe('kept');
});
