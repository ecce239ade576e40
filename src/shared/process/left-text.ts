import { isUtf8 } from 'node:buffer';
import { constants, open, type FileHandle } from 'node:fs/promises';
import { messageOf } from '../errors.ts';

/** What a program left in a file that it was told of: its text, why that cannot be used, or undefined where it left none. */
export type LeftText = string | { readonly problem: string } | undefined;

/** Whatever a program has to say about its work is shorter. */
const sizeLimit = 1024 * 1024;

/**
 * Reads a small file that another program may have put anything in the place of: a link, a pipe nobody writes to, a folder,
 * something endless. Follows no link, waits for nobody and reads one megabyte at most. Never throws.
 */
export async function readLeftText(path: string): Promise<LeftText> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: FileHandle | undefined;
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    return await contentOf(file);
  } catch (error) {
    return problemOf(error);
  } finally {
    await file?.close();
  }
}

async function contentOf(file: FileHandle): Promise<LeftText> {
  const stat = await file.stat();
  if (!stat.isFile()) return { problem: stat.isDirectory() ? 'it is a folder' : 'it is no ordinary file' };
  // One byte more than allowed, for a file that grows while it is read.
  const bytes = Buffer.alloc(Math.min(stat.size, sizeLimit) + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    ({ bytesRead: read } = await file.read(bytes, length, bytes.length - length));
  }
  if (length > sizeLimit) return { problem: `it is longer than ${sizeLimit / 1024 / 1024} MB` };
  const content = bytes.subarray(0, length);
  return isUtf8(content) ? content.toString('utf8') : { problem: 'it is not a text in UTF-8' };
}

function problemOf(error: unknown): LeftText {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  if (code === 'ELOOP') return { problem: 'it is a symbolic link' };
  if (code === 'ENXIO') return { problem: 'it is no ordinary file' };
  return { problem: `it cannot be read: ${messageOf(error)}` };
}
