import { join } from 'node:path';
import { Orchestra } from '../../src/app/orchestra.ts';
import { compile } from '../../src/index.ts';
import { linearPipeline } from '../measuring/pipelines.ts';
import { largestMemoryMb, report, request } from '../measuring/report.ts';

export interface TimeTravelRequest {
  readonly folder: string;
  readonly nodes: number;
}

export interface TimeTravel {
  /** Turns of the run, and of its fork. */
  readonly turns: number;
  readonly forkTurns: number;
  /** The whole view of the run at a quarter, at half, at three quarters and at the end of its turns. */
  readonly viewMs: readonly number[];
  /** The whole view of a run forked at the end, whose path is all of the first. */
  readonly forkViewMs: number;
  /** Recording the fork: nothing is copied. */
  readonly forkMs: number;
  readonly largestMemoryMb: number;
}

const { folder, nodes } = request<TimeTravelRequest>();
const file = join(folder, 'linear.dot');
const compilation = await compile({ path: file, text: linearPipeline(nodes) });
const orchestra = await Orchestra.open({ cwd: folder, env: {} });
const { session } = await orchestra.start({ file, compilation, cwd: folder, backend: 'simulation' });
await session.done;
const source = await orchestra.findRun(session.runId);
const seqs: number[] = [];
for await (const { seq } of orchestra.journal.turns(source.id, { payloadsOf: new Set() })) seqs.push(seq);

const viewMs: number[] = [];
for (const part of [0.25, 0.5, 0.75, 1]) {
  const at = seqs[Math.ceil(seqs.length * part) - 1];
  viewMs.push(await timed(() => orchestra.view(source, at)));
}
const { journal } = orchestra;
const settings = await journal.keep(source.settings);
const turn = seqs.at(-1) ?? 0;
const fork = { ...source, id: 'fork', settings, forkOf: { runId: source.id, turn } };
const forkMs = await timed(() => journal.createRun(fork));
const row = await orchestra.findRun('fork');
const forkViewMs = await timed(() => orchestra.view(row));
report({
  turns: seqs.length,
  forkTurns: await countOf(journal.turns('fork', { payloadsOf: new Set() })),
  viewMs,
  forkMs,
  forkViewMs,
  largestMemoryMb: largestMemoryMb(),
} satisfies TimeTravel);
await orchestra.close();

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function countOf(turns: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _turn of turns) count += 1;
  return count;
}
