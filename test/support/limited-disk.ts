import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** A place where writing comes to an end, and how to take the end away. */
export interface LimitedDisk {
  /** Program and arguments to put before a command that shall feel the limit. */
  readonly prefix: readonly string[];
  /** From now on there is room; commands need no prefix any more. */
  lift(): void;
}

/**
 * Makes `folder` a disk of so many bytes: a small file system of its own where this process may mount one.
 * Where it may not, as in most containers, the size of each file is limited instead, which any process
 * may do to its children: the journal then meets its limit by EFBIG in place of ENOSPC.
 */
export function limitDisk(folder: string, bytes: number): LimitedDisk {
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'orchestra-test', folder]).status === 0;
  if (!mounted) return { prefix: ['prlimit', `--fsize=${bytes}`], lift: () => undefined };
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  return { prefix: [], lift: () => void execFileSync('mount', ['-o', 'remount,size=200m', folder]) };
}

/** The limit of file sizes alone, which works everywhere. */
export function limitFiles(bytes: number): readonly string[] {
  return ['prlimit', `--fsize=${bytes}`];
}

/** A program prefix under which the permissions of files count: as root they do not. */
export function unprivileged(): readonly string[] {
  return process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
}
