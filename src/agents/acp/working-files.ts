import { isUtf8 } from 'node:buffer';
import { constants, mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RequestError } from '@agentclientprotocol/sdk';
import { messageOf } from '../../shared/errors.ts';
import { machineFailureIn } from '../../shared/machine-failure.ts';
import { codeOf, isMissing, placeOf, type Place } from './working-folder.ts';

/** Files of the working folder for an agent that reads and writes through its client. Errors are answers to the agent. */
export interface WorkingFiles {
  /** @param lines a part of it, counted from 1 */
  read(path: string, lines?: LineRange): Promise<string>;
  write(path: string, text: string): Promise<'created' | 'modified'>;
}

export interface LineRange {
  readonly line?: number | null | undefined;
  readonly limit?: number | null | undefined;
}

const sizeLimit = 10 * 1024 * 1024;

/** @param isWritable whether files may be changed at all */
export function workingFiles(folder: string, isWritable: boolean): WorkingFiles {
  return {
    async read(path, lines = {}) {
      const place = await placeIn(folder, path);
      return partOf(await answering(path, () => textOf(place)), lines);
    },
    async write(path, text) {
      if (!isWritable) throw refused(path, 'permissions are read-only');
      const place = await placeIn(folder, path);
      if (!place.mayChange) throw refused(path, 'it belongs to git');
      return answering(path, () => written(place, text));
    },
  };
}

async function placeIn(folder: string, path: string): Promise<Place> {
  const place = await placeOf(folder, path);
  if (!place) throw refused(path, 'it leads out of the working folder');
  return place;
}

function refused(path: string, reason: string): RequestError {
  return RequestError.invalidParams({ path }, `${path} is refused: ${reason}`);
}

/** In the terms of the protocol; a machine that fails is told to the user too, by everything else that fails. */
async function answering<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RequestError) throw error;
    if (isMissing(error)) throw RequestError.resourceNotFound(path);
    throw RequestError.internalError({ path }, messageOf(machineFailureIn(error) ?? error));
  }
}

async function textOf(place: Place): Promise<string> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  return withFile(await open(place.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), async (file) => {
    const stat = await file.stat();
    if (!stat.isFile()) throw refused(place.path, 'it is no ordinary file');
    if (stat.size > sizeLimit) throw refused(place.path, `it is larger than ${sizeLimit / 1024 / 1024} MB`);
    const content = await file.readFile();
    if (!isUtf8(content)) throw refused(place.path, 'it is not a text in UTF-8');
    return content.toString('utf8');
  });
}

async function written(place: Place, text: string): Promise<'created' | 'modified'> {
  await mkdir(dirname(place.path), { recursive: true });
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
  const created = await open(place.path, O_WRONLY | O_CREAT | O_EXCL).catch((error: unknown) => {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  });
  return withFile(created ?? (await open(place.path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK)), async (file) => {
    if (!(await file.stat()).isFile()) throw refused(place.path, 'it is no ordinary file');
    await file.truncate();
    await file.writeFile(text);
    return created ? 'created' : 'modified';
  });
}

async function withFile<T>(file: FileHandle, work: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

function partOf(text: string, { line, limit }: LineRange): string {
  const first = Math.max(0, (line ?? 1) - 1);
  const count = limit ?? Number.POSITIVE_INFINITY;
  return first === 0 && count === Number.POSITIVE_INFINITY
    ? text
    : text
        .split('\n')
        .slice(first, first + count)
        .join('\n');
}
