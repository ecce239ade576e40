import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cleanEnvironment } from './environment.ts';

export interface MeasureOptions {
  /** Flags of Node.js. */
  readonly flags?: readonly string[];
  /** The measurement is ended, and told as stopped, after this time. */
  readonly limitMs?: number;
  /** Words put before the command, for example a tracer. */
  readonly under?: readonly string[];
}

/** What a measurement came to: its value, or that it took longer than it was given. */
export type Measured<T> = { readonly value: T } | { readonly stoppedAfterMs: number };

/** Reading and compiling code is measured where it is the subject, in suites/start-up.ts; here it would only cost time and memory. */
const compileCache = join(import.meta.dirname, '../.cache');

/**
 * Runs a file of `bench/` in a process of its own and returns what it reported. Each measurement has a
 * process to itself, so that none inherits another's compiled code, heap or open files.
 * @throws Error when the process fails, with what it said
 */
export async function measure<T>(file: string, request: object, options: MeasureOptions = {}): Promise<Measured<T>> {
  const { flags = [], limitMs = 600_000, under = [] } = options;
  const path = join(import.meta.dirname, '..', file);
  const words = [...under, process.execPath, ...flags, path, JSON.stringify(request)];
  // `env` starts the first word, whichever it is. A group of its own, so that a stopped measurement leaves nothing running.
  const child = spawn('/usr/bin/env', words, {
    env: { ...cleanEnvironment(), NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said.stderr += chunk));
  const end = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  let isStopped = false;
  const stopping = setTimeout(() => {
    isStopped = true;
    end();
  }, limitMs);
  process.once('exit', end);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  process.off('exit', end);
  clearTimeout(stopping);
  if (isStopped) return { stoppedAfterMs: limitMs };
  const line = said.stdout.trimEnd().split('\n').at(-1) ?? '';
  if (code !== 0 || line === '') throw new Error(`${file} failed (exit code ${code}):\n${said.stdout}\n${said.stderr}`);
  // Written by `report` in the same version of the same file.
  return { value: JSON.parse(line) as T };
}

/** The same for measurements that have no limit of their own: one that is stopped is a failure. */
export async function measured<T>(file: string, request: object, options: MeasureOptions = {}): Promise<T> {
  const result = await measure<T>(file, request, options);
  if ('value' in result) return result.value;
  throw new Error(`${file} did not end within ${result.stoppedAfterMs / 1000} s`);
}
