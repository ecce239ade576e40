import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentDetection } from '../../engine/ports/agent.ts';
import { messageOf } from '../../shared/errors.ts';
import { BoundedText } from '../../shared/process/bounded-text.ts';
import { startConfined } from '../../shared/process/confined-group.ts';
import type { Confinement } from '../../shared/process/confinement.ts';
import { findProgram } from '../../shared/process/find-program.ts';
import type { GroupExit } from '../../shared/process/process-group.ts';
import { knownVersions } from './known-versions.ts';

export interface ExecutableQuery {
  /** A name to look for on PATH, or a path. */
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
  /** What to do when it is missing, for the user. */
  readonly installHint: string;
  /** How long it may take to tell its version; 15 seconds unless told. */
  readonly timeoutMs?: number;
  /** Where it will run. */
  readonly confinement?: Confinement | undefined;
}

/** Finds an agent's program and asks it for its version with `--version`, once in this process; starts no session. */
export async function detectExecutable(query: ExecutableQuery): Promise<AgentDetection> {
  const { executable, env, installHint, confinement } = query;
  const unusable = await confinement?.problem();
  if (unusable !== undefined) return { available: false, reason: `its sandbox cannot be used: ${unusable}` };
  // In a container it is the image that has the programs.
  if (confinement?.kind === 'docker') return askInFolder(executable, query);
  const found = await findProgram(executable, env['PATH'] ?? '');
  if (found === undefined) return { available: false, reason: `${executable} is not on the PATH. ${installHint}` };
  const { path, problem } = found;
  if (problem !== undefined) return { available: false, path, reason: `${path} ${problem}. ${installHint}` };
  try {
    // What stands in a sandbox may be another program tomorrow.
    if (confinement) return await askInFolder(path, query);
    return await knownVersions.of(path, env, () => askVersion(path, '/', query));
  } catch (error) {
    return { available: false, path, reason: `${path} cannot be started: ${messageOf(error)}` };
  }
}

/** A sandbox is made around a folder, which shall hold nothing. */
async function askInFolder(path: string, query: ExecutableQuery): Promise<AgentDetection> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestra-detect-'));
  try {
    return await askVersion(path, folder, query);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const outputLimit = 4 * 1024;

/** In a group of its own: what it starts must not outlive the question either. */
async function askVersion(
  path: string,
  cwd: string,
  { env, timeoutMs = 15_000, confinement }: ExecutableQuery,
): Promise<AgentDetection> {
  const group = await startConfined({
    confinement,
    command: path,
    args: ['--version'],
    cwd,
    env,
    operation: `detect/${randomUUID()}`,
    signal: new AbortController().signal,
    timeoutMs,
    graceMs: 500,
  });
  const [stdout, stderr, exit] = await Promise.all([
    BoundedText.of(group.stdout, outputLimit, outputLimit),
    BoundedText.of(group.stderr, 0, outputLimit),
    group.exited,
  ]);
  if (exit.exitCode !== 0) return { available: false, path, reason: `${path} --version ${failureOf(exit, stderr)}` };
  const version = /\d+\.\d+\.\d+(?:[^\s)]*[^\s).,])?/.exec(stdout.text())?.[0];
  return { available: true, path, ...(version !== undefined && { version }) };
}

function failureOf({ exitCode, signal, endedBy }: GroupExit, errors: BoundedText): string {
  const said = errors.text().trim();
  const detail = said === '' ? '' : `: ${said}`;
  if (endedBy === 'timeout') return `did not answer${detail}`;
  if (signal !== null) return `was ended by ${signal}${detail}`;
  if (exitCode === 126 || exitCode === 127)
    return `cannot be run (is the interpreter in its first line installed?)${detail}`;
  return `failed with exit code ${exitCode}${detail}`;
}
