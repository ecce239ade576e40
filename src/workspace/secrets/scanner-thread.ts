import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FoundPlace, ScannedFile } from './scanner-messages.ts';

/** Secretlint keeps a few kilobytes of measurements for every file it has seen, which go with its thread. */
const filesOfAThread = 2_000;

/** For a file; those of half a megabyte take about 50 ms. */
const usualPatienceMs = 10_000;

/**
 * Secretlint in a thread of its own: whatever a text makes of its patterns, the process goes on, and a file that takes
 * too long is given up. Started with the first file; it keeps no process from ending.
 */
export class ScannerThread {
  readonly #patienceMs: number;
  #worker: Worker | undefined;
  #filesLeft = 0;
  /** One file after the other: answers come in the order of the questions. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(patienceMs = usualPatienceMs) {
    this.#patienceMs = patienceMs;
  }

  /** What looks like a credential in a file; undefined where nothing came of it in time. */
  scan(file: ScannedFile): Promise<readonly FoundPlace[] | undefined> {
    const scanned = this.#last.then(() => this.#scanNow(file));
    this.#last = scanned.catch(() => undefined); // whoever asked is told
    return scanned;
  }

  async #scanNow(file: ScannedFile): Promise<readonly FoundPlace[] | undefined> {
    const worker = this.#ready();
    this.#filesLeft -= 1;
    const patience = AbortSignal.timeout(this.#patienceMs);
    // While a file is looked at the process waits for it.
    worker.ref();
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
      worker.postMessage(file);
      // The scanner sends nothing else.
      const [places] = (await once(worker, 'message', { signal: patience })) as [readonly FoundPlace[]];
      return places;
    } catch (error) {
      this.#worker = undefined;
      await worker.terminate();
      if (patience.aborted) return undefined;
      throw error;
    } finally {
      worker.unref();
    }
  }

  #ready(): Worker {
    if (this.#worker && this.#filesLeft > 0) return this.#worker;
    void this.#worker?.terminate();
    this.#filesLeft = filesOfAThread;
    this.#worker = new Worker(program);
    this.#worker.unref();
    return this.#worker;
  }
}

// Beside this file, as `.ts` in a checkout and as `.js` in the package.
const program = import.meta.filename.replace(/scanner-thread(\.[jt]s)$/, 'scanner$1');
