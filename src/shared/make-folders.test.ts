import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolders } from './make-folders.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'make-folders-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a folder is made with those above it, and once', () => {
  const folder = join(temporaryFolder(), 'a/b/c');
  makeFolders(folder);
  makeFolders(folder);
  makeFolders('/');
  expect(existsSync(folder)).toBe(true);
});

test('a link to a folder is a folder; a file or a link to nowhere in its place is an error', () => {
  const folder = temporaryFolder();
  symlinkSync(folder, join(folder, 'link'));
  makeFolders(join(folder, 'link/below'));
  expect(existsSync(join(folder, 'below'))).toBe(true);
  writeFileSync(join(folder, 'file'), '');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'broken'));
  expect(() => makeFolders(join(folder, 'file'))).toThrow('EEXIST');
  expect(() => makeFolders(join(folder, 'file/below'))).toThrow('ENOTDIR');
  expect(() => makeFolders(join(folder, 'broken'))).toThrow('EEXIST');
});

test('a file system that makes no folders says so, and does not keep us', () => {
  if (process.platform !== 'linux') return;
  expect(() => makeFolders('/proc/orchestra')).toThrow('ENOENT');
  expect(() => makeFolders('/proc/orchestra/a/b')).toThrow('ENOENT');
});
