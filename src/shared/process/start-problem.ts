import { statSync } from 'node:fs';
import { messageOf } from '../errors.ts';

/** Why a program could not be started, for the user; `transient` where it may be possible later (3.6). */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
  readonly transient: boolean;

  constructor(message: string, transient: boolean, cause: unknown) {
    super(message, { cause });
    this.transient = transient;
  }
}

/** What the system says when it has run out of something that others may give back. */
const exhausted: Readonly<Record<string, string>> = {
  EMFILE: 'this process has too many open files (see `ulimit -n`)',
  ENFILE: 'this machine has too many open files',
  EAGAIN: 'too many processes are running (see `ulimit -u`)',
  ENOMEM: 'there is not enough memory to start it',
};

/** Says what the error of a start means: Node blames the program for whatever was wrong. */
export function startProblem(error: unknown, cwd: string): unknown {
  // Errors of our own have codes as well; those of the system also name the call that failed.
  if (!(error instanceof Error && 'syscall' in error && 'code' in error) || typeof error.code !== 'string')
    return error;
  const { code } = error;
  const problem = (message: string, transient = false): StartProblem => new StartProblem(message, transient, error);
  if (Object.hasOwn(exhausted, code)) return problem(`a program cannot be started now: ${exhausted[code]}`, true);
  if (code === 'E2BIG')
    return problem(
      'a program cannot be started: its command and its environment are longer than the system allows (on Linux 128 KB for ' +
        'one value and 2 MB for all); large values lie in the files that ORCHESTRA_VAR_<KEY>_FILE names',
    );
  if (!isFolder(cwd)) return problem(`the folder ${cwd} does not exist`);
  return problem(`a program cannot be started in ${cwd}: ${messageOf(error)}`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
