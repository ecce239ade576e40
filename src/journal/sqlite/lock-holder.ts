import { statSync } from 'node:fs';
import { parseStat, readOptional } from '../../shared/process/identity.ts';

/** Byte of the shared-memory file that stands for the right to write (sqlite.org/walformat.html, 2.3.1). */
const writeLockByte = 120;

/** A process that others wait for. */
export interface LockHolder {
  readonly pid: number;
  /** It was stopped, as by Ctrl-Z, and gives nothing back until it is continued or ended. */
  readonly isStopped: boolean;
}

/**
 * The process that may write to a database at this moment, as the kernel tells it; undefined when
 * nobody may or the system does not say (only Linux does).
 */
export function lockHolder(databasePath: string): LockHolder | undefined {
  const locks = readOptional('/proc/locks');
  const inode = statSync(`${databasePath}-shm`, { throwIfNoEntry: false })?.ino;
  const pid = locks === undefined || inode === undefined ? undefined : findWriter(locks, inode);
  if (pid === undefined) return undefined;
  const stat = readOptional(`/proc/${pid}/stat`);
  return { pid, isStopped: stat !== undefined && parseStat(stat).state === 'T' };
}

/** Looks the writer up in the text of /proc/locks, see proc_locks(5). */
export function findWriter(locks: string, inode: number): number | undefined {
  for (const line of locks.split('\n')) {
    const found = /\bPOSIX\s+ADVISORY\s+WRITE\s+(\d+)\s+\S+:(\d+)\s+(\d+)\s+(\d+|EOF)/.exec(line);
    if (!found || Number(found[2]) !== inode || Number(found[3]) > writeLockByte) continue;
    if (found[4] === 'EOF' || Number(found[4]) >= writeLockByte) return Number(found[1]);
  }
  return undefined;
}
