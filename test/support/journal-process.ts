import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { parseStat, readOptional } from '../../src/shared/process/identity.ts';

const program = fileURLToPath(new URL('./journal-writer.ts', import.meta.url));

/** A process of a busy machine takes its time to start. */
const patience = { timeout: 30_000 };

/** A running `journal-writer.ts`. */
export interface JournalWriter {
  readonly child: ChildProcess;
  /** Lines it printed so far. */
  readonly lines: readonly string[];
  /** Resolves when it has printed its `number`-th line. */
  printed(number: number): Promise<void>;
  /** Resolves when the system shows it as stopped (Linux). */
  stopped(): Promise<void>;
  /** Resolves with the signal that ended it, or null. */
  readonly ended: Promise<NodeJS.Signals | null>;
  /** Kills it if it still lives, stopped or not. */
  [Symbol.asyncDispose](): Promise<void>;
}

export function startJournalWriter(folder: string, runId: string, count: number, failpoints = ''): JournalWriter {
  const child = spawn(process.execPath, [program, folder, runId, String(count)], {
    env: { ...process.env, ORCHESTRA_FAILPOINTS: failpoints },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const waiting = new Map<number, () => void>();
  const input = createInterface({ input: child.stdout });
  input.on('line', (line) => {
    lines.push(line);
    waiting.get(lines.length)?.();
  });
  const ended = Promise.all([once(child, 'exit'), once(input, 'close')]).then(
    // The second argument of `exit`.
    ([[, signal]]) => signal as NodeJS.Signals | null,
  );
  return {
    child,
    lines,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
    stopped: () =>
      vi.waitFor(() => {
        const { state } = parseStat(readOptional(`/proc/${child.pid}/stat`) ?? '');
        if (state !== 'T') throw new Error(`the writer is in state ${state}`);
      }, patience),
    printed: (number) =>
      new Promise((resolve, reject) => {
        if (lines.length >= number) return resolve();
        waiting.set(number, resolve);
        void ended.then(() => reject(new Error(`the writer ended after ${lines.length} lines`)));
      }),
  };
}
