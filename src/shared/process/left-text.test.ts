import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { readLeftText } from './left-text.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'left-text-'));
  path = join(folder, 'status.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a text is read as it is, and none where nothing lies', async () => {
  expect(await readLeftText(path)).toBeUndefined();
  expect(await readLeftText(join(path, 'below'))).toBeUndefined();
  for (const text of ['', 'grüße €\n', 'x'.repeat(1024 * 1024)]) {
    writeFileSync(path, text);
    expect(await readLeftText(path)).toBe(text);
    expect(await readLeftText(join(path, 'below'))).toBeUndefined();
  }
});

describe('in the place of a file', () => {
  test.each([
    ['a folder', () => mkdirSync(path), 'it is a folder'],
    ['a link, to whatever it leads', () => symlinkSync('/dev/zero', path), 'it is a symbolic link'],
    ['a link to nowhere', () => symlinkSync('/no/such', path), 'it is a symbolic link'],
    ['a pipe nobody writes to', () => void execFileSync('mkfifo', [path]), 'it is no ordinary file'],
    ['more than a megabyte', () => writeFileSync(path, 'x'.repeat(1024 * 1024 + 1)), 'it is longer than 1 MB'],
    ['bytes that are no text', () => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00])), 'it is not a text in UTF-8'],
  ])('%s is named as what it is', async (_what, make, problem) => {
    make();
    expect(await readLeftText(path)).toEqual({ problem });
  });

  test('a socket is named as what it is', async () => {
    const server = createServer().listen(path);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    expect(await readLeftText(path)).toEqual({ problem: 'it is no ordinary file' });
  });
});
