import { OrchestraError } from '../../shared/errors.ts';

/** How a git ended, whatever its exit code. */
export interface GitExit {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The error of a git that ended badly, as far as its words tell what was wrong. */
export function gitFailure(args: readonly string[], cwd: string, exit: GitExit): OrchestraError {
  const command = ['git', ...args].map((word) => asWord(withoutPassword(word))).join(' ');
  const details = { command, cwd, exitCode: exit.exitCode, stderr: exit.stderr };
  const said = exit.stderr.trim() || `exit code ${exit.exitCode}`;
  const storage = storageProblem.exec(exit.stderr)?.[0];
  if (storage !== undefined) return new OrchestraError('STORAGE_FAILED', `${storage}: ${said}`, { details });
  if (identityProblem.test(exit.stderr))
    return new OrchestraError('GIT_IDENTITY_MISSING', 'Git does not know whose commits these are.', { details });
  return new OrchestraError('GIT_FAILED', `\`${command}\` failed in ${cwd}: ${said}`, {
    hint: `Try it by hand: cd ${asWord(cwd)} && ${command}`,
    details,
  });
}

/** What the system says of a disk, in English as we ask for it; the signal is that of a limit of file sizes. */
const storageProblem =
  /SIGXFSZ|No space left on device|Disk quota exceeded|Read-only file system|File too large|Input\/output error/;

const identityProblem = /(?:Author|Committer) identity unknown|auto-detection is disabled|empty ident name/;

/** The file another git is in the middle of, where that is why this one failed. */
export function lockIn(stderr: string): string | undefined {
  const lock = /Unable to create '(.+?\.lock)': File exists/s.exec(stderr)?.[1];
  // A worktree that is just being made: its folder is there before what it is to hold.
  return lock ?? /failed to read (.+?\/commondir)/s.exec(stderr)?.[1];
}

/** Addresses as they may be shown. */
export function withoutPassword(text: string): string {
  return text.replaceAll(/([a-z][\w+.-]*:\/\/)[^\s/@]+@/gi, '$1');
}

/** As one would type it into a shell. */
export function asWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
