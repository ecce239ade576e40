import type { ErrorCode } from './error-catalogue.ts';
import { messageOf, OrchestraError } from './errors.ts';

/**
 * What a step threw because this machine failed it: its disk is full, read-only or broken, or the journal
 * is, or another program does not let go of a repository. Undefined for everything else. Such an error says nothing of the step: it ends the walk, so that the
 * run can go on from there once the cause is gone, and fails no node.
 */
export function machineFailureIn(thrown: unknown): OrchestraError | undefined {
  if (thrown instanceof OrchestraError) return machineCodes.has(thrown.code) ? thrown : undefined;
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  const problem = storageProblems[String(thrown.code)];
  if (problem === undefined) return undefined;
  return new OrchestraError('STORAGE_FAILED', `${problem} (${messageOf(thrown)})`, { cause: thrown });
}

const machineCodes: ReadonlySet<ErrorCode> = new Set([
  'STORAGE_FAILED',
  'JOURNAL_UNAVAILABLE',
  'JOURNAL_CORRUPT',
  'JOURNAL_NEWER',
  'RUN_FENCED',
  'GIT_LOCKED',
]);

const storageProblems: Readonly<Record<string, string>> = {
  ENOSPC: 'a disk is full',
  EFBIG: 'a limit of file sizes is reached',
  EDQUOT: 'a disk quota is used up',
  EROFS: 'a file system is read-only',
  EIO: 'a disk reports an error',
};
