import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ErrorCode } from '../../shared/error-catalogue.ts';
import { messageOf, OrchestraError } from '../../shared/errors.ts';

/** The storage failed, not the request: whatever shared a transaction with it failed too. */
export class StorageError extends OrchestraError {}

/** Another process holds the lock that this statement needs; to be tried again. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

interface Translation {
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint?: string;
}

const diskFull: Translation = {
  code: 'JOURNAL_UNAVAILABLE',
  text: 'the disk is full',
  hint: 'Free space, then try again, or go on with `orchestra resume RUN`.',
};

const inputOutputError = 10;

/** SQLite's primary result codes that say something about the file or the disk (sqlite.org/rescode.html). */
const translations: Readonly<Record<number, Translation>> = {
  3: { code: 'JOURNAL_UNAVAILABLE', text: 'access to it is denied' },
  7: { code: 'JOURNAL_UNAVAILABLE', text: 'there is not enough memory', hint: 'Free memory and try again.' },
  8: {
    code: 'JOURNAL_UNAVAILABLE',
    text: 'it cannot be written',
    hint: 'Make the file and its folder writable, or set ORCHESTRA_HOME to a folder that is.',
  },
  10: {
    code: 'JOURNAL_UNAVAILABLE',
    text: 'the disk reports an error, or a quota or limit of file sizes is reached',
    hint: 'Check the disk, its quota and `ulimit -f`; then go on with `orchestra resume RUN`.',
  },
  11: { code: 'JOURNAL_CORRUPT', text: 'its content is damaged' },
  13: diskFull,
  14: { code: 'JOURNAL_UNAVAILABLE', text: 'it cannot be opened' },
  23: { code: 'JOURNAL_UNAVAILABLE', text: 'access to it is denied' },
  26: { code: 'JOURNAL_CORRUPT', text: 'it is not a journal' },
};

const busyCodes: ReadonlySet<number> = new Set([5, 6]);

/** The one place where the driver's errors become ours; what is neither stays as it is, a defect. */
export function translateError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  // Extended codes carry the primary one in their lowest byte.
  const primary = error.errcode & 0xff;
  if (busyCodes.has(primary)) return new BusyError(error.message, { cause: error });
  // Some of its calls find no words for a full disk.
  const found = primary === inputOutputError && isFull(path) ? diskFull : translations[primary];
  return found ? storageError(found, path, error) : error;
}

/** The same for the file system calls around the database. */
export function translateFileError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const text = fileErrors[String(error.code)];
  if (text === undefined) return error;
  const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  return storageError(full ? diskFull : { code: 'JOURNAL_UNAVAILABLE', text }, path, error);
}

/** Less than the smallest piece SQLite asks for at a time. */
const smallestRoom = 64 * 1024;

function isFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < smallestRoom;
  } catch {
    // Then it is not this that can be told.
    return false;
  }
}

const fileErrors: Readonly<Record<string, string>> = {
  EACCES: 'access to its folder is denied',
  EPERM: 'access to its folder is denied',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  ENOENT: 'no folder can be made where it shall lie',
  EISDIR: 'a folder stands in its place',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a file stands in the place of its folder',
};

function storageError({ code, text, hint }: Translation, path: string, cause: Error): StorageError {
  return new StorageError(code, `The journal ${path}: ${text} (${messageOf(cause)}).`, {
    cause,
    details: { path },
    ...(hint === undefined ? {} : { hint }),
  });
}
