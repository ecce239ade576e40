import type { WorkerAnswer } from './analysis-worker.ts';

/** Reads texts beside the page, so that typing never waits for it. */
export interface Analyst {
  /** Texts that come while another is read wait; of those only the newest is read. */
  read(text: string): void;
  close(): void;
}

/** Milliseconds after which a text is given up. */
const patienceMs = 10_000;

export function openAnalyst(onAnswer: (answer: WorkerAnswer) => void): Analyst {
  let worker: Worker | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let waiting: string | undefined;

  function startWorker(): Worker {
    const started = new Worker(new URL('./analysis-worker.ts', import.meta.url), { type: 'module' });
    started.addEventListener('message', ({ data }: MessageEvent<WorkerAnswer>) => settle(data));
    started.addEventListener('error', () => giveUp('the part of the page that reads pipelines cannot start'));
    return started;
  }

  function send(text: string): void {
    worker ??= startWorker();
    worker.postMessage(text);
    patience = setTimeout(() => giveUp(`given up after ${patienceMs / 1000} seconds`), patienceMs);
  }

  function settle(answer: WorkerAnswer): void {
    clearTimeout(patience);
    patience = undefined;
    onAnswer(answer);
    const next = waiting;
    waiting = undefined;
    if (next !== undefined) send(next);
  }

  /** The next text gets a new worker. */
  function giveUp(failure: string): void {
    worker?.terminate();
    worker = undefined;
    settle({ failure });
  }

  return {
    read(text) {
      if (patience === undefined) send(text);
      else waiting = text;
    },
    close() {
      clearTimeout(patience);
      worker?.terminate();
    },
  };
}
