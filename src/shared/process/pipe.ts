import { execFile } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The two ends of a pipe, as descriptors open here. */
export interface Pipe {
  readonly read: number;
  readonly write: number;
}

/**
 * Makes pipes of the kernel for what a program writes. Node connects children by sockets, and no socket can
 * be opened again by its name: `echo problem > /dev/stderr` fails with ENXIO in a command that has one. Node cannot make
 * a pipe, but a FIFO that is open at both ends and has lost its name is one; making them costs one small process.
 * Undefined where there can be none: without `mkfifo`, or without a temporary folder that takes them.
 */
export async function openPipes(count: number): Promise<readonly Pipe[] | undefined> {
  const folder = temporaryFolder();
  if (folder === undefined) return undefined;
  const names = Array.from({ length: count }, (_, index) => join(folder, String(index)));
  const pipes: Pipe[] = [];
  try {
    if (!(await madeFifos(names))) return undefined;
    for (const name of names) pipes.push(openPipe(name));
    return pipes;
  } catch (error) {
    for (const { read, write } of pipes) closeAll([read, write]);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function closeAll(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) closeSync(descriptor);
}

function temporaryFolder(): string | undefined {
  try {
    return mkdtempSync(join(tmpdir(), 'orchestra-pipes-'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && placeCodes.has(error.code)) return undefined;
    throw error;
  }
}

/** There is no such folder, or nothing may be made in it. */
const placeCodes: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT']);

async function madeFifos(names: readonly string[]): Promise<boolean> {
  try {
    await promisify(execFile)('mkfifo', ['-m', '600', ...names]);
    return true;
  } catch (error) {
    // A number is its exit code: the file system has no such files. Texts are errors of starting it.
    if (error instanceof Error && 'code' in error && (typeof error.code === 'number' || error.code === 'ENOENT'))
      return false;
    throw error;
  }
}

/** Opening an end waits for the other: ours, which never blocks, comes first; the program's is blocking, as programs expect. */
function openPipe(name: string): Pipe {
  const read = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return { read, write: openSync(name, constants.O_WRONLY) };
  } catch (error) {
    closeSync(read);
    throw error;
  }
}
