import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failpoint } from '../../shared/failpoint.ts';

// Synchronous: a long run leaves tens of thousands of small files, and handing each step of each to another
// thread costs many times what the step does. Whoever writes many hands the event loop over in between.

/** Ends the name of a file or folder that is not whole yet. */
const draftEnding = /\.[0-9a-f-]{36}\.tmp$/;

/** Writes a file whole or not at all: a reader sees the old text or the new one. Makes the folders it needs. */
export function replaceFile(path: string, text: string): void {
  drafted(path, (draft) => {
    writeInFolder(draft, text);
    failpoint('directory:mid-write');
  });
}

/** Makes a folder that is not there yet, with these files by name: a reader sees all of them or none. */
export function createFolder(path: string, files: Readonly<Record<string, string | undefined>>): void {
  drafted(path, (draft) => {
    mkdirSync(draft, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      if (text === undefined) continue;
      writeFileSync(join(draft, name), text);
      failpoint('directory:mid-write');
    }
  });
}

/** Removes what processes left that were killed while they wrote into a folder. */
export function removeDrafts(folder: string): void {
  if (!existsSync(folder)) return;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const name of names) if (draftEnding.test(name)) removeWhole(join(folder, name));
}

/** What `write` makes beside `path` takes its place when it is whole. */
function drafted(path: string, write: (draft: string) => void): void {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    write(draft);
    renameSync(draft, path);
  } catch (error) {
    removeWhole(draft);
    throw error;
  }
}

function removeWhole(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** The folder is nearly always there: it is made when the file turns out to have none. */
function writeInFolder(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    if (!isMissing(error)) throw error;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** The same where the file does not hold this text already: looking costs a tenth of writing. */
export function updateFile(path: string, text: string): void {
  if (textOf(path) !== text) replaceFile(path, text);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Moves a file, where there is one. */
export function moveFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    renameSync(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
