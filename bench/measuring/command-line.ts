import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment } from './environment.ts';

/** The command as a checkout runs it: from its sources. */
export const launcher = join(import.meta.dirname, '../../bin/orchestra.js');

/** The flags of Node.js that the command gives itself, as its first lines say. */
export const launcherFlags =
  /^':' \/\/; exec node (.*) "\$0"/m.exec(readFileSync(launcher, 'utf8'))?.[1]?.split(' ') ?? [];

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How it shall end; success unless given. */
  readonly ends?: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
}

/**
 * How long a Node.js process takes, from its start to its end. Its compile cache lies in `cwd`, so that
 * it is as warm as the runs before have made it.
 * @throws Error when it ends otherwise than expected
 */
export function timeNode(words: readonly string[], { cwd, env = {}, ends }: CommandOptions): number {
  const began = performance.now();
  const { status, signal, stderr } = spawnSync(process.execPath, words, {
    cwd,
    env: { ...cleanEnvironment(), HOME: cwd, TMPDIR: cwd, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const tookMs = performance.now() - began;
  const { code: wantedCode, signal: wantedSignal } = ends ?? { code: 0, signal: null };
  if (status !== wantedCode || signal !== wantedSignal)
    throw new Error(`${words.join(' ')} ended with ${status ?? signal}:\n${stderr}`);
  return tookMs;
}

export interface WholeProcess {
  readonly tookMs: number;
  readonly largestMemoryMb: number;
}

/** The same, and the largest resident memory of the process, which it writes down itself as it ends. */
export function weighNode(words: readonly string[], options: CommandOptions): WholeProcess {
  const note = join(options.cwd, 'largest-memory');
  const telling = `import { writeFileSync } from 'node:fs';
    process.on('exit', () => writeFileSync(${JSON.stringify(note)}, String(process.resourceUsage().maxRSS)));`;
  const tookMs = timeNode([`--import=data:text/javascript,${encodeURIComponent(telling)}`, ...words], options);
  return { tookMs, largestMemoryMb: (Number(readFileSync(note, 'utf8')) * 1024) / 1e6 };
}
