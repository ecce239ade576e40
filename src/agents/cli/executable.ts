import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { AgentDetection } from '../../engine/ports/agent.ts';
import { messageOf } from '../../shared/errors.ts';

export interface ExecutableQuery {
  /** A name to look for on PATH, or a path. */
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
  /** What to do when it is missing, for the user. */
  readonly installHint: string;
}

const versionTimeoutMs = 15_000;

/** Finds an agent's program and asks it for its version with `--version`; starts no session. */
export async function detectExecutable({ executable, env, installHint }: ExecutableQuery): Promise<AgentDetection> {
  const path = await findExecutable(executable, env['PATH'] ?? '');
  if (path === undefined) return { available: false, reason: `${executable} is not on the PATH. ${installHint}` };
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], {
      env,
      timeout: versionTimeoutMs,
      killSignal: 'SIGKILL',
    });
    const version = /\d+\.\d+\.\d+[^\s)]*/.exec(stdout)?.[0];
    return { available: true, path, ...(version !== undefined && { version }) };
  } catch (error) {
    return { available: false, path, reason: `${path} --version failed: ${messageOf(error)}` };
  }
}

async function findExecutable(executable: string, path: string): Promise<string | undefined> {
  if (isAbsolute(executable) || executable.includes('/'))
    return (await isRunnable(resolve(executable))) ? resolve(executable) : undefined;
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const candidate = join(folder, executable);
    if (await isRunnable(candidate)) return candidate;
  }
  return undefined;
}

async function isRunnable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false, // absent, or not for us
  );
}
