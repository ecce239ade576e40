import { randomUUID } from 'node:crypto';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { AgentDetection } from '../../engine/ports/agent.ts';
import { messageOf } from '../../shared/errors.ts';
import { BoundedText } from '../../shared/process/bounded-text.ts';
import { startGroup, type GroupExit } from '../../shared/process/process-group.ts';

export interface ExecutableQuery {
  /** A name to look for on PATH, or a path. */
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
  /** What to do when it is missing, for the user. */
  readonly installHint: string;
  /** How long it may take to tell its version; 15 seconds unless told. */
  readonly timeoutMs?: number;
}

/** Finds an agent's program and asks it for its version with `--version`; starts no session. */
export async function detectExecutable(query: ExecutableQuery): Promise<AgentDetection> {
  const { executable, env, installHint } = query;
  const found = await findExecutable(executable, env['PATH'] ?? '');
  if (found === undefined) return { available: false, reason: `${executable} is not on the PATH. ${installHint}` };
  const { path, problem } = found;
  if (problem !== undefined) return { available: false, path, reason: `${path} ${problem}. ${installHint}` };
  try {
    return await askVersion(path, query);
  } catch (error) {
    return { available: false, path, reason: `${path} cannot be started: ${messageOf(error)}` };
  }
}

const outputLimit = 4 * 1024;

/** In a group of its own: what it starts must not outlive the question either. */
async function askVersion(path: string, { env, timeoutMs = 15_000 }: ExecutableQuery): Promise<AgentDetection> {
  const group = await startGroup({
    command: path,
    args: ['--version'],
    cwd: '/',
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

interface Found {
  readonly path: string;
  /** Why it is not what was looked for. */
  readonly problem?: string;
}

/** The first program of that name, else the first thing of that name that is none. */
async function findExecutable(executable: string, path: string): Promise<Found | undefined> {
  if (isAbsolute(executable) || executable.includes('/')) return lookAt(resolve(executable));
  let other: Found | undefined;
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const found = await lookAt(join(folder, executable));
    if (found?.problem === undefined && found) return found;
    other ??= found;
  }
  return other;
}

async function lookAt(path: string): Promise<Found | undefined> {
  const facts = await stat(path).catch(() => undefined); // absent, or in a folder that is not for us
  if (!facts) return undefined;
  if (!facts.isFile()) return { path, problem: 'is no program' };
  return access(path, constants.X_OK).then(
    () => ({ path }),
    () => ({ path, problem: 'is not executable' }),
  );
}
