import { randomUUID } from 'node:crypto';
import type { ProgramLimitsSection, SandboxSection } from '../../contract/config/sandbox.ts';
import type { ProgramLine, ProgramReach } from '../../shared/process/confinement.ts';
import { bytesOf } from './limits.ts';
import { expandPath } from './paths.ts';

export type ContainerEngine = NonNullable<SandboxSection['engine']>;

export interface ContainerPlan {
  readonly engine: ContainerEngine;
  readonly image: string;
  /** Unique on this machine, so that the container can be ended by it. */
  readonly name: string;
  readonly line: ProgramLine;
  readonly reach: ProgramReach;
  readonly settings: Partial<SandboxSection>;
  readonly limits: ProgramLimitsSection;
  /** Of whoever shall own what it writes; absent on systems without them. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What the engine's own program needs of the environment. */
  readonly engineEnv: Readonly<Record<string, string>>;
}

export function containerName(): string {
  return `orchestra-${randomUUID()}`;
}

/** Of this machine, and meaningless in an image. */
const hostOnly: ReadonlySet<string> = new Set(['PATH', 'SHELL', 'TMPDIR', 'XDG_RUNTIME_DIR']);

/**
 * A container outlives the program that started it where that is killed outright. So before it becomes the engine's
 * program, the shell leaves a watcher behind, outside of its group and without its marks, that sees by the end of a pipe
 * when the engine's program is gone, and kills the container by its name: which does nothing where it has ended.
 */
const watched = `
engine=$1 name=$2
shift 2
place=$(mktemp -d) || exit 125
mkfifo "$place/alive" || exit 125
( setsid env -u ORCHESTRA_OPERATION -u ORCHESTRA_LEADER sh -c '
  cat >/dev/null
  "$1" kill "$2"
' sh "$engine" "$name" <"$place/alive" >/dev/null 2>&1 & )
exec 9>"$place/alive"
rm -r "$place"
exec "$engine" "$@"
`;

/**
 * The command line that runs a program in a container. Values of the environment go by their names only: arguments are
 * visible to every user of the machine.
 */
export function containerLine(plan: ContainerPlan): ProgramLine {
  const { engine, image, name, line, engineEnv } = plan;
  const names = Object.keys(line.env).filter((key) => !hostOnly.has(key));
  const args = [
    ...['run', '--rm', '--init', '--interactive', '--name', name],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--tmpfs', '/tmp:rw,exec,mode=1777'],
    ...['--network', plan.settings.network === 'on' ? 'bridge' : 'none'],
    ...userWords(plan),
    ...containerLimits(plan.limits),
    ...volumeWords(plan),
    ...['--workdir', line.cwd],
    ...names.flatMap((key) => ['--env', key]),
    ...['--entrypoint', line.command, image, ...line.args],
  ];
  return {
    command: '/bin/sh',
    args: ['-c', watched, 'sh', engine, name, ...args],
    cwd: line.cwd,
    env: { ...line.env, ...engineEnv },
  };
}

/** Files it makes shall be the user's; podman without root maps users, and would make them somebody else's. */
function userWords({ engine, user }: ContainerPlan): readonly string[] {
  if (!user) return [];
  return [
    ...(engine === 'podman' && user.uid !== 0 ? ['--userns', 'keep-id'] : []),
    '--user',
    `${user.uid}:${user.gid}`,
  ];
}

function containerLimits({
  memory,
  cpu_seconds,
  open_files,
  processes,
  cpus,
}: ProgramLimitsSection): readonly string[] {
  return [
    // The same for memory and swap: none of the latter.
    ...(memory === undefined ? [] : ['--memory', String(bytesOf(memory)), '--memory-swap', String(bytesOf(memory))]),
    ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
    ...(processes === undefined ? [] : ['--pids-limit', String(processes)]),
    ...(open_files === undefined ? [] : ['--ulimit', `nofile=${open_files}`]),
    ...(cpu_seconds === undefined ? [] : ['--ulimit', `cpu=${cpu_seconds}`]),
  ];
}

/** Everything lies where it lies outside, so that paths mean the same. */
function volumeWords({ line, reach, settings }: ContainerPlan): readonly string[] {
  const { cwd } = line;
  const home = line.env['HOME'] ?? '/';
  const expand = (path: string): string => expandPath(path, { home, cwd });
  const volume = (path: string, mode: 'ro' | 'rw'): readonly string[] => [
    '--mount',
    `type=bind,source=${path},target=${path}${mode === 'ro' ? ',readonly' : ''}`,
  ];
  return [
    ...(settings.readable ?? []).flatMap((path) => volume(expand(path), 'ro')),
    ...(reach.state ?? []).flatMap(({ path }) => volume(path, 'rw')),
    ...volume(cwd, reach.readOnly ? 'ro' : 'rw'),
    ...(reach.writable ?? []).flatMap((path) => volume(path, 'rw')),
    ...(settings.writable ?? []).flatMap((path) => volume(expand(path), 'rw')),
  ];
}
