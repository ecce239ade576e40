import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export type Environment = Readonly<Record<string, string | undefined>>;

/** How a trial run of a program of the system ended. */
export type Trial = { readonly ok: true; readonly output: string } | { readonly ok: false; readonly reason: string };

/** Runs a program that answers at once, found by the PATH of `env`, and tells what is wrong where it does not. */
export async function tryProgram(command: string, args: readonly string[], env: Environment): Promise<Trial> {
  try {
    const { stdout } = await promisify(execFile)(command, [...args], { env, timeout: 10_000 });
    return { ok: true, output: stdout.trim() };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ENOENT') return { ok: false, reason: `${command} is not installed` };
    const said =
      'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim().split('\n').at(-1) : undefined;
    return { ok: false, reason: said === undefined || said === '' ? error.message : said };
  }
}

/** Why limits cannot be set here. */
export async function prlimitProblem(env: Environment): Promise<string | undefined> {
  const trial = await tryProgram('prlimit', ['--nofile'], env);
  return trial.ok ? undefined : `limits are set by prlimit of util-linux (on Linux), and ${trial.reason}`;
}
