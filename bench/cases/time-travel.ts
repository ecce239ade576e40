import { join } from 'node:path';
import { LiveFolds } from '../../src/app/live-folds.ts';
import { Orchestra } from '../../src/app/orchestra.ts';
import type { NewTurn, RunRow } from '../../src/engine/ports/journal.ts';
import { compile } from '../../src/index.ts';
import { Database } from '../../src/journal/sqlite/database.ts';
import { thisProcess } from '../../src/shared/process/identity.ts';
import { linearPipeline, nodeName } from '../measuring/pipelines.ts';
import { largestMemoryMb, report, request } from '../measuring/report.ts';

export interface TimeTravelRequest {
  readonly folder: string;
  /** How many the journal shall have, at least. */
  readonly turns: number;
}

export interface TimeTravel {
  /** Turns of the run, and of its fork. */
  readonly turns: number;
  readonly forkTurns: number;
  /** The whole view of the run at a quarter, at half, at three quarters and at the end of its turns. */
  readonly viewMs: readonly number[];
  /** The whole view of a run forked at the end, whose path is all of the first. */
  readonly forkViewMs: number;
  /** What snapshots of the run take in the journal. */
  readonly snapshotBytes: number;
  /** Recording the fork: nothing is copied. */
  readonly forkMs: number;
  readonly largestMemoryMb: number;
}

const { folder, turns } = request<TimeTravelRequest>();
const orchestra = await Orchestra.open({ cwd: folder, env: {} });
const { journal } = orchestra;
const source = await longRun(await shortRun());
const seqs: number[] = [];
for await (const { seq } of journal.turns(source.id, { payloadsOf: new Set() })) seqs.push(seq);

const viewMs: number[] = [];
for (const part of [0.25, 0.5, 0.75, 1]) {
  const at = seqs[Math.ceil(seqs.length * part) - 1];
  viewMs.push(await timed(() => orchestra.view(source, at)));
}
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
  snapshotBytes: snapshotBytes(),
  forkMs,
  forkViewMs,
  largestMemoryMb: largestMemoryMb(),
} satisfies TimeTravel);
await orchestra.close();

/** A run of a few nodes, for what the walk writes of one. */
async function shortRun(): Promise<RunRow> {
  const file = join(folder, 'linear.dot');
  const compilation = await compile({ path: file, text: linearPipeline(3) });
  const { session } = await orchestra.start({ file, compilation, cwd: folder, backend: 'simulation' });
  await session.done;
  return orchestra.findRun(session.runId);
}

/** A run with the turns of one node again and again, under other names: as the walk would write it, only quicker. */
async function longRun(short: RunRow): Promise<RunRow> {
  const written = await Array.fromAsync(journal.turns(short.id));
  const ofNode = written.filter((turn) => JSON.stringify(turn).includes(nodeName(1)) && turn.type !== 'RunEnded');
  const text = JSON.stringify(ofNode);
  const kept = await journal.keep(short.settings);
  await journal.createRun({ ...short, id: 'long', settings: kept });
  const lease = await journal.acquire('long', thisProcess());
  // As its session takes up what is committed, and keeps snapshots of it.
  const folds = new LiveFolds(journal);
  for (let node = 0, left = turns; left > 0; node += 1, left -= ofNode.length) {
    // Turns of this journal, which passed its door.
    const appended = JSON.parse(text.replaceAll(nodeName(1), nodeName(node))) as NewTurn[];
    folds.add('long', await journal.append(lease, appended), () => undefined);
  }
  await folds.settled();
  await journal.append(lease, [], { state: 'completed' });
  await journal.release(lease);
  return orchestra.findRun('long');
}

function snapshotBytes(): number {
  const database = new Database(join(folder, '.orchestra/journal.db'), { readOnly: true });
  const row = database.get<{ bytes: number }>('select sum(octet_length(data)) as bytes from snapshot');
  database.close();
  return row?.bytes ?? 0;
}

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
