import { join } from 'node:path';
import { giveAnswer } from '../../src/app/give-answer.ts';
import { Orchestra } from '../../src/app/orchestra.ts';
import { compile, createCallbackInterviewer, type Answer } from '../../src/index.ts';
import { gatePipeline } from '../measuring/pipelines.ts';
import { report, request } from '../measuring/report.ts';

export interface WaitingRunsRequest {
  /** Numbers of runs at which memory is read, in rising order. */
  readonly counts: readonly number[];
  /** How many of them are answered in each way, one after the other. */
  readonly answers: number;
  readonly folder: string;
}

export interface WaitingRuns {
  readonly counts: readonly {
    readonly runs: number;
    /** Live objects after a collection, and memory outside the heap that they hold. */
    readonly heapBytes: number;
    readonly residentBytes: number;
  }[];
  /** From the answer in this process to the end of the run, directory included. */
  readonly answeredHereMs: readonly number[];
  /** From the answer put into the inbox, as `orchestra answer` does, to the end of the run. */
  readonly answeredByInboxMs: readonly number[];
}

const { counts, answers, folder } = request<WaitingRunsRequest>();
const orchestra = await Orchestra.open({ cwd: folder, env: {} });
const file = join(folder, 'gate.dot');
const compilation = await compile({ path: file, text: gatePipeline });

/** A run that waits: how to answer it here, and its end. */
interface WaitingRun {
  readonly runId: string;
  readonly answer: (answer: Answer) => void;
  readonly done: Promise<{ readonly state: string }>;
}

async function startOne(): Promise<WaitingRun> {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<Answer>();
  const interviewer = createCallbackInterviewer({
    answer: () => {
      asked.resolve();
      return answered.promise;
    },
  });
  const { session } = await orchestra.start({ file, compilation, cwd: folder, backend: 'simulation', interviewer });
  await asked.promise;
  return { runId: session.runId, answer: answered.resolve, done: session.done };
}

const runs: WaitingRun[] = [];
const sizes: WaitingRuns['counts'][number][] = [];
// What the first run loads and compiles is not the cost of a run.
const first = await startOne();
first.answer({ kind: 'choice', key: 'Y' });
await first.done;

for (const count of [0, ...counts]) {
  while (runs.length < count) {
    const batch = Math.min(25, count - runs.length);
    runs.push(...(await Promise.all(Array.from({ length: batch }, startOne))));
  }
  sizes.push({ runs: count, ...memory() });
}

const answeredHereMs: number[] = [];
const answeredByInboxMs: number[] = [];
for (const [index, waiting] of runs.slice(0, answers * 2).entries()) {
  const began = performance.now();
  const isHere = index % 2 === 0;
  if (isHere) waiting.answer({ kind: 'choice', key: 'Y' });
  else await giveAnswer(orchestra, await orchestra.findRun(waiting.runId), { text: 'Y', by: 'bench' });
  const { state } = await waiting.done;
  if (state !== 'completed') throw new Error(`an answered run is ${state}`);
  (isHere ? answeredHereMs : answeredByInboxMs).push(performance.now() - began);
}
report({ counts: sizes, answeredHereMs, answeredByInboxMs } satisfies WaitingRuns);

function memory(): { readonly heapBytes: number; readonly residentBytes: number } {
  if (!globalThis.gc) throw new Error('needs --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, residentBytes: rss };
}
