import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newToolScene } from '../../../../test/support/tool-scene.ts';
import { editFileTool } from './edit-file.ts';
import { readFileTool } from './read-file.ts';
import { writeFileTool } from './write-file.ts';

describe('read-file', () => {
  test('gives a short file exactly as it is', async () => {
    const { write, call } = newToolScene();
    write('a.txt', '\uFEFFone\r\n\ttwo\n\nthree');
    expect(await call(readFileTool, { path: 'a.txt' })).toEqual({
      text: '\uFEFFone\r\n\ttwo\n\nthree',
      isError: false,
    });
    write('empty.txt', '');
    expect(await call(readFileTool, { path: 'empty.txt' })).toMatchObject({ text: '[empty.txt is empty]' });
  });

  test('gives a range of lines and says which', async () => {
    const { write, call } = newToolScene();
    write('a.txt', 'one\ntwo\nthree\nfour');
    const read = (first: number, last?: number) =>
      call(readFileTool, { path: 'a.txt', first_line: first, ...(last && { last_line: last }) });
    expect(await read(2, 3)).toMatchObject({ text: 'two\nthree\n[lines 2 to 3 of 4]' });
    expect(await read(4, 9)).toMatchObject({ text: 'four\n[lines 4 to 4 of 4]' });
    expect(await read(1, 4)).toMatchObject({ text: 'one\ntwo\nthree\nfour' });
    expect(await read(5)).toEqual({ text: 'a.txt has only 4 lines.', isError: true });
    expect(await read(3, 2)).toMatchObject({ isError: true });
  });

  test('a long file is read whole in parts, each of which says where the next begins', async () => {
    const { write, call } = newToolScene();
    const whole = Array.from({ length: 5_000 }, (_, index) => `line ${index} ${'x'.repeat(index % 40)}\n`).join('');
    write('long.txt', whole);
    let seen = '';
    for (let first: number | undefined = 1; first !== undefined;) {
      const { text } = await call(readFileTool, { path: 'long.txt', first_line: first });
      const [, part = '', next] =
        /^([^]*)\[lines \d+ to \d+ of 5000(?:; go on with first_line=(\d+))?\]$/.exec(text) ?? [];
      expect(part).not.toBe('');
      seen += part;
      first = next === undefined ? undefined : Number(next);
    }
    expect(seen).toBe(whole);
  });

  test('a line longer than an answer is cut, and said to be', async () => {
    const { write, call } = newToolScene();
    write('long.txt', `${'y'.repeat(100_000)}\nnext\n`);
    const { text } = await call(readFileTool, { path: 'long.txt' });
    expect(text).toMatch(/^y+\n\[line 1 of 2 goes on; it is too long to be shown whole\]$/);
    expect(await call(readFileTool, { path: 'long.txt', first_line: 2 })).toMatchObject({
      text: 'next\n[lines 2 to 2 of 2]',
    });
  });

  test.each([
    ['missing.txt', 'missing.txt does not exist.'],
    ['folder', 'folder is a folder; list-files shows what is in it.'],
    ['.', '. is the working folder itself, not a file.'],
    ['a.txt/below', 'a.txt/below cannot be: a part of its path is a file.'],
    ['binary.bin', 'binary.bin is a binary file of 4 bytes, not a text in UTF-8.'],
    ['latin.txt', 'latin.txt is a binary file of 2 bytes, not a text in UTF-8.'],
    ['pipe', 'pipe is no ordinary file.'],
    ['huge.txt', 'huge.txt is larger than 10 MB and cannot be read as a whole; search-code finds lines in it.'],
    ['../beside.txt', '../beside.txt leads out of the working folder.'],
  ])('of %j says why not', async (path, text) => {
    const { folder, write, call } = newToolScene();
    mkdirSync(join(folder, 'folder'));
    write('a.txt', 'text');
    write('binary.bin', Buffer.from([0x61, 0, 0x62, 0x63]));
    write('latin.txt', Buffer.from([0xe4, 0x61]));
    write('huge.txt', Buffer.alloc(10 * 1024 * 1024 + 1, 'a'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await call(readFileTool, { path })).toEqual({ text, isError: true });
  });

  test('secrets are not shown', async () => {
    const { write, call } = newToolScene();
    write('.env', 'PASSWORD=swordfish-123\n');
    expect(await call(readFileTool, { path: '.env' })).toMatchObject({ text: 'PASSWORD=[redacted:SECRET]\n' });
  });
});

describe('write-file', () => {
  test('makes a file and its folders, then replaces it, and keeps its mode', async () => {
    const { folder, read, call } = newToolScene();
    const write = (content: string) => call(writeFileTool, { path: 'a/b/run.sh', content });
    expect(await write('one')).toEqual({
      text: 'Created a/b/run.sh.',
      isError: false,
      changes: [{ path: 'a/b/run.sh', change: 'created' }],
    });
    chmodSync(join(folder, 'a/b/run.sh'), 0o750);
    expect(await write('zwei ü')).toMatchObject({ changes: [{ path: 'a/b/run.sh', change: 'modified' }] });
    expect(read('a/b/run.sh')).toBe('zwei ü');
    expect(statSync(join(folder, 'a/b/run.sh')).mode & 0o777).toBe(0o750);
    expect(readdirSync(join(folder, 'a/b'))).toEqual(['run.sh']);
  });

  test('writes to where a link inside leads, and the link stays', async () => {
    const { folder, write, read, call } = newToolScene();
    write('real.txt', 'old');
    symlinkSync('real.txt', join(folder, 'link.txt'));
    expect(await call(writeFileTool, { path: 'link.txt', content: 'new' })).toMatchObject({
      changes: [{ path: 'real.txt' }],
    });
    expect(read('real.txt')).toBe('new');
    expect(read('link.txt')).toBe('new');
  });

  test.each([
    '.git/hooks/pre-commit',
    'sub/.GIT/config',
    '.orchestra/journal.db',
    'folder',
    '../beside.txt',
    'out/new.txt',
  ])('%j is not written', async (path) => {
    const { folder, call } = newToolScene();
    mkdirSync(join(folder, 'folder'));
    mkdirSync(join(folder, '.git'));
    symlinkSync(dirname(folder), join(folder, 'out'));
    expect(await call(writeFileTool, { path, content: 'x' })).toMatchObject({ isError: true });
    expect(readdirSync(dirname(folder))).toEqual(['work']);
    expect(readdirSync(join(folder, '.git'))).toEqual([]);
  });

  test('a mark that stands for a secret never takes its place', async () => {
    const { write, read, call } = newToolScene();
    write('.env', 'PASSWORD=swordfish-123\nPORT=1\n');
    const result = await call(writeFileTool, { path: '.env', content: 'PASSWORD=[redacted:SECRET]\nPORT=2\n' });
    expect(result.text).toContain('stands for a secret');
    expect(await call(editFileTool, { path: '.env', old_text: 'PORT=1', new_text: 'PORT=2' })).toMatchObject({
      isError: false,
    });
    expect(read('.env')).toBe('PASSWORD=swordfish-123\nPORT=2\n');
    expect(await call(writeFileTool, { path: 'page.md', content: 'shown as [redacted:NAME]' })).toMatchObject({
      isError: false,
    });
  });
});

describe('edit-file', () => {
  const edit = { path: 'a.txt', old_text: 'x', new_text: '$& y' };

  test('replaces the only occurrence, taking both texts as they are', async () => {
    const { write, read, call } = newToolScene();
    write('a.txt', 'a.c (x) [abc]\n');
    expect(await call(editFileTool, edit)).toEqual({
      text: 'Changed 1 place in a.txt.',
      isError: false,
      changes: [{ path: 'a.txt', change: 'modified' }],
    });
    expect(read('a.txt')).toBe('a.c ($& y) [abc]\n');
  });

  test('counts where a text is not there, or more than once, and changes nothing', async () => {
    const { write, read, call } = newToolScene();
    write('a.txt', 'x\n\nx and x\n');
    expect((await call(editFileTool, edit)).text).toBe(
      'old_text stands 3 times in a.txt (lines 1, 3, 3) and must stand there once. Take more of the lines around it, or set replace_all.',
    );
    expect((await call(editFileTool, { ...edit, old_text: 'z' })).text).toMatch(/^old_text stands 0 times in a\.txt\./);
    expect(await call(editFileTool, { ...edit, new_text: 'x' })).toMatchObject({ isError: true });
    expect(await call(editFileTool, { ...edit, path: 'missing' })).toMatchObject({
      isError: true,
      text: 'missing does not exist.',
    });
    expect(read('a.txt')).toBe('x\n\nx and x\n');
    expect(await call(editFileTool, { ...edit, replace_all: true })).toMatchObject({
      text: 'Changed 3 places in a.txt.',
    });
    expect(read('a.txt')).toBe('$& y\n\n$& y and $& y\n');
  });

  test('a file keeps its line ends', async () => {
    const { write, read, call } = newToolScene();
    write('a.txt', 'one\r\ntwo\r\nthree\r\n');
    await call(editFileTool, { path: 'a.txt', old_text: 'one\ntwo\n', new_text: '1\n2\n2.5\n' });
    expect(read('a.txt')).toBe('1\r\n2\r\n2.5\r\nthree\r\n');
  });

  test('leaves everything around the place as it was', async () => {
    const { write, read, call } = newToolScene();
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'ü', '😀', ' '), maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (before, behind, put) => {
        write('a.txt', `${before}<here>${behind}`);
        await call(editFileTool, { path: 'a.txt', old_text: '<here>', new_text: put });
        expect(read('a.txt')).toBe(`${before}${put}${behind}`);
      }),
      { seed: 3, numRuns: 50 },
    );
  });
});

test('a file nobody may write stays as it is', async () => {
  const { folder, write, read, call } = newToolScene();
  write('kept.txt', 'x');
  chmodSync(join(folder, 'kept.txt'), 0o444);
  const { isError } = await call(writeFileTool, { path: 'kept.txt', content: 'y' });
  // For root every file can be written.
  expect({ isError, text: read('kept.txt') }).toEqual(
    process.getuid?.() === 0 ? { isError: false, text: 'y' } : { isError: true, text: 'x' },
  );
});
