import { assertNever } from '../../shared/errors.ts';
import type { ProgramLine } from '../../shared/process/confinement.ts';
import type { Mount } from './mount.ts';

export interface BwrapPlan {
  readonly line: ProgramLine;
  readonly mounts: readonly Mount[];
  /** It shares the network of the machine; else it has one of its own with nobody else in it. */
  readonly sharesNetwork: boolean;
  /** Words inside the sandbox that end in starting those after them, as `prlimit --cpu=60` does. */
  readonly launcher: readonly string[];
  /** Set beside the program's own environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The command line of bubblewrap for a program.
 *
 * - bubblewrap and its helper are deaf to TERM, which the shell in front arranges and `env` undoes for what is inside:
 *   the program gets the time between TERM and KILL as it does without a sandbox. KILL of the leader ends all of it at
 *   once, by `--die-with-parent` and the PID namespace.
 * - No `--new-session`: `startGroup` gives the leader a session without a terminal, so that there is none to write to,
 *   and in one process group everything inside is hit by one signal.
 */
export function bwrapLine({ line, mounts, sharesNetwork, launcher, env }: BwrapPlan): ProgramLine {
  const namespaces = ['--unshare-user-try', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'];
  const args = [
    ...['--die-with-parent', ...namespaces, ...(sharesNetwork ? [] : ['--unshare-net'])],
    // Also root has no more rights inside than over its own files.
    ...['--cap-drop', 'ALL'],
    ...['--proc', '/proc', '--dev', '/dev'],
    ...mounts.flatMap(wordsOf),
    ...['--chdir', line.cwd, '--', 'env', '--default-signal=TERM', ...launcher, line.command, ...line.args],
  ];
  return {
    command: '/bin/sh',
    args: ['-c', `trap '' TERM; exec bwrap "$@"`, 'sh', ...args],
    cwd: line.cwd,
    env: { ...insideEnvironment(line.env), ...env },
  };
}

/** Sockets of the user's session are not there, and temporary files go where there is a place for them. */
function insideEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const { XDG_RUNTIME_DIR: _sockets, ...rest } = env;
  return { ...rest, TMPDIR: '/tmp' };
}

function wordsOf(mount: Mount): readonly string[] {
  switch (mount.kind) {
    case 'read-only':
      return ['--ro-bind-try', mount.path, mount.path];
    case 'writable':
      return ['--bind-try', mount.path, mount.path];
    case 'empty':
      return ['--tmpfs', mount.path];
    case 'closed':
      // A device, where none can be opened.
      return ['--ro-bind', '/dev/null', mount.path];
    case 'link':
      return ['--symlink', mount.target, mount.path];
    default:
      return assertNever(mount);
  }
}
