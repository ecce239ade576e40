import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { permissionPolicy } from './permission-policy.ts';
import { workingFiles } from './working-files.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'working-files-'));
  folder = join(root, 'work');
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('files of the working folder', () => {
  test('are read whole or in part, and written with the folders they stand in', async () => {
    const files = workingFiles(folder, true);
    const path = join(folder, 'a/b/c.txt');
    expect(await files.write(path, 'one\ntwo\nthree\n')).toBe('created');
    expect(await files.read(path)).toBe('one\ntwo\nthree\n');
    expect(await files.read(path, { line: 2, limit: 1 })).toBe('two');
    expect(await files.read(path, { line: 3, limit: null })).toBe('three\n');
    expect(await files.write(path, 'short')).toBe('modified');
    expect(readFileSync(path, 'utf8')).toBe('short');
  });

  test('may be reached through links that stay inside, and through none that leads out', async () => {
    const files = workingFiles(folder, true);
    writeFileSync(join(root, 'secret'), 'secret');
    mkdirSync(join(folder, 'inner'));
    symlinkSync(join(folder, 'inner'), join(folder, 'inside'));
    symlinkSync(root, join(folder, 'out'));
    symlinkSync(join(root, 'to-be'), join(folder, 'dangling'));
    expect(await files.write(join(folder, 'inside/x'), 'x')).toBe('created');
    for (const path of ['out/secret', 'out/new', 'dangling', '../secret', 'inside/../../secret', 'a\0b']) {
      await expect(files.read(join(folder, path))).rejects.toThrow('leads out of the working folder');
      await expect(files.write(join(folder, path), 'x')).rejects.toThrow('leads out of the working folder');
    }
    expect(readFileSync(join(root, 'secret'), 'utf8')).toBe('secret');
    expect(existsSync(join(root, 'to-be'))).toBe(false);
  });

  test('are no folders, pipes, binaries or giants, and nothing of git', async () => {
    const files = workingFiles(folder, true);
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    writeFileSync(join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0x00]));
    writeFileSync(join(folder, 'giant'), '');
    truncateSync(join(folder, 'giant'), 11 * 1024 * 1024);
    for (const [name, reason] of [
      ['.', 'no ordinary file'],
      ['pipe', 'no ordinary file'],
      ['binary', 'not a text'],
      ['giant', 'larger than 10 MB'],
      ['missing', 'Resource not found'],
    ] as const)
      await expect(files.read(join(folder, name))).rejects.toThrow(reason);
    await expect(files.write(join(folder, '.git/hooks/pre-commit'), 'x')).rejects.toThrow('belongs to git');
    await expect(files.write(join(folder, 'pipe'), 'x')).rejects.toThrow('Internal error');
  });

  test('are not changed where nothing may be', async () => {
    await expect(workingFiles(folder, false).write(join(folder, 'a'), 'x')).rejects.toThrow('read-only');
  });
});

test('the policy looks where files really lie', async () => {
  symlinkSync(root, join(folder, 'out'));
  const answer = permissionPolicy({ permissions: 'workspace-write', allowedTools: ['fetch', 'Bash'], cwd: folder });
  const ask = (kind: string, paths: readonly string[], tool = kind) =>
    answer({ tool, kind, title: '', input: {}, paths }, new AbortController().signal);
  expect(await ask('edit', [join(folder, 'a')])).toBe('allow');
  expect(await ask('edit', [join(folder, 'a'), join(folder, 'out/b')])).toBe('deny');
  expect(await ask('delete', [join(folder, '.git/config')])).toBe('deny');
  expect(await ask('move', [])).toBe('deny');
  expect(await ask('read', [join(root, 'b')])).toBe('allow');
  expect(await ask('fetch', [])).toBe('allow');
  expect(await ask('execute', [], 'Bash')).toBe('allow');
  expect(await ask('switch_mode', [])).toBe('deny');
  expect(await ask('other', [])).toBe('deny');
});
