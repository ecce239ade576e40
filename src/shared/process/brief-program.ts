import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { BoundedText } from './bounded-text.ts';

export interface BriefStart {
  /** A name to look for on the PATH of `env`, or a path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; see `allowedEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * For standard input, closed after it; absent means /dev/null. What is promised is written when it is there, while the
   * program starts; where it comes to nothing, the input ends empty.
   */
  readonly input?: string | Uint8Array | Promise<string> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** Bytes of output after which the program is ended: who wants the beginning only need not wait for the rest. */
  readonly outputLimit?: number | undefined;
}

export interface BriefExit {
  /** Null when a signal ended the program. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why we ended it; absent when it ended by itself. */
  readonly endedBy?: 'abort' | 'timeout' | 'limit';
  readonly stdout: Buffer;
  /** Its beginning and its end. */
  readonly stderr: string;
}

const stderrEnd = 32 * 1024;
const graceMs = 5_000;

/**
 * Runs a program that is over in moments and starts nothing that stays. Without the gate and the guardian of `startGroup` it
 * costs a fifth, and when we are killed it goes on to its end, which for one that is replacing a file is the better end. It
 * leads a group of its own, without a terminal, which is ended on abort and when its time is up.
 * Rejects with the system's error where it cannot be started.
 */
export async function runBriefly(start: BriefStart): Promise<BriefExit> {
  start.signal?.throwIfAborted();
  const child = spawn(start.command, start.args, {
    cwd: start.cwd,
    env: { ...start.env },
    detached: true,
    stdio: [start.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const closed = Promise.withResolvers<[number | null, NodeJS.Signals | null]>();
  child.once('error', closed.reject);
  child.once('close', (code, signal) => closed.resolve([code, signal]));
  const ending = new Ending(child);
  const abort = (): void => ending.begin('abort');
  const timer = setTimeout(() => ending.begin('timeout'), start.timeoutMs);
  start.signal?.addEventListener('abort', abort, { once: true });
  // A program that does not read to the end (EPIPE) is within its rights.
  child.stdin?.on('error', () => undefined);
  if (start.input instanceof Promise)
    start.input.then(
      (text) => child.stdin?.end(text),
      () => child.stdin?.end(),
    );
  else child.stdin?.end(start.input);
  try {
    // The streams are there, since `stdio` asks for them.
    const stdout = bytesOf(child.stdout as Readable, start.outputLimit, () => ending.begin('limit'));
    const stderr = BoundedText.of(child.stderr as Readable, stderrEnd, stderrEnd);
    const [bytes, text, [exitCode, signal]] = await Promise.all([stdout, stderr, closed.promise]);
    const { reason } = ending;
    return { exitCode, signal, ...(reason !== undefined && { endedBy: reason }), stdout: bytes, stderr: text.text() };
  } finally {
    clearTimeout(timer);
    ending.over();
    start.signal?.removeEventListener('abort', abort);
  }
}

/** Ends the group of a program: TERM, and KILL where that is not enough. */
class Ending {
  readonly #child: ChildProcess;
  reason: BriefExit['endedBy'];
  #killing: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  begin(reason: NonNullable<BriefExit['endedBy']>): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#send('SIGTERM');
    this.#killing = setTimeout(() => this.#send('SIGKILL'), graceMs);
  }

  over(): void {
    clearTimeout(this.#killing);
  }

  #send(name: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // gone by itself
    }
  }
}

async function bytesOf(stream: Readable, limit: number | undefined, reached: () => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let count = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (limit !== undefined && count >= limit) continue; // read on, so that a program that ignores TERM can end
    chunks.push(chunk);
    count += chunk.length;
    if (limit !== undefined && count >= limit) reached();
  }
  return Buffer.concat(chunks).subarray(0, limit);
}
