import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Orchestra } from '../../src/app/orchestra.ts';
import { compile } from '../../src/index.ts';
import { armFailpoint } from '../../src/shared/failpoint.ts';
import type { DurableRun, DurableRunRequest } from '../measuring/durable-run.ts';
import { linearPipeline } from '../measuring/pipelines.ts';
import { largestMemoryMb, processorMs, report, request } from '../measuring/report.ts';

/** A run of Orchestra beyond what every engine reports. */
export interface LinearRun extends DurableRun {
  /** From the request to the commit that ends the run; the rest of `wallMs` writes the run directory, a copy. */
  readonly walkMs: number;
  readonly commits: number;
  /** Time that each thousand nodes took, from commit to commit; halves of runs shorter than two thousand. */
  readonly thousandsMs: readonly number[];
  readonly compileMs: number;
  readonly files: number;
}

const asked = request<DurableRunRequest>();
const pragmas = asked.synchronous === 'normal' ? openAtNormal() : undefined;
const commits: number[] = [];
/** How many commits came before the walk: those of the pipeline, the run and its lease. */
let commitsBefore = 0;
armFailpoint('journal:after-commit', () => commits.push(performance.now()));
armFailpoint('run:owned', () => (commitsBefore = commits.length));
/** Processor time when the run's end was durable and its directory still to be written. */
let walkEndCpuMs = Number.NaN;
armFailpoint('directory:before-write', () => (walkEndCpuMs = processorMs()));
const orchestra = await Orchestra.open({ cwd: asked.folder, env: {} });
const database = join(asked.folder, '.orchestra/journal.db');

if (asked.warmUpNodes > 0) await run(asked.warmUpNodes);
const bytesBefore = databaseBytes();
const measured = await run(asked.nodes);
report({ ...measured, databaseBytes: databaseBytes() - bytesBefore } satisfies LinearRun);

async function run(nodes: number): Promise<Omit<LinearRun, 'databaseBytes'>> {
  const file = join(asked.folder, `linear-${nodes}.dot`);
  const beforeCompile = performance.now();
  const compilation = await compile({ path: file, text: linearPipeline(nodes) });
  commits.length = 0;
  const cpuBefore = processorMs();
  const began = performance.now();
  const { session } = await orchestra.start({ file, compilation, cwd: asked.folder, backend: 'simulation' });
  const { state, directoryProblem } = await session.done;
  const ended = performance.now();
  if (state !== 'completed' || directoryProblem) throw new Error(`the run is ${state}: ${directoryProblem}`);
  return {
    compileMs: began - beforeCompile,
    wallMs: ended - began,
    cpuMs: walkEndCpuMs - cpuBefore,
    walkMs: durableAt(nodes) - began,
    commits: commits.length,
    thousandsMs: thousands(nodes),
    files: readdirSync(join(asked.folder, '.orchestra/runs', session.runId), { recursive: true }).length,
    largestMemoryMb: largestMemoryMb(),
    synchronous: pragmas?.replaced === 1 ? 'normal' : 'full',
    journalMode: 'wal',
  };
}

/** When the walk had begun (0), and when so many of its nodes were durable; the last commit of a node ends the run, too. */
function durableAt(nodes: number): number {
  const at = commits[commitsBefore + nodes];
  if (at === undefined) throw new Error(`there are ${commits.length} commits, and none for node ${nodes}`);
  return at;
}

function thousands(nodes: number): readonly number[] {
  const size = Math.min(1000, Math.floor(nodes / 2));
  return Array.from(
    { length: Math.floor(nodes / size) },
    (_, index) => durableAt((index + 1) * size) - durableAt(index * size),
  );
}

/** With everything that still stands in the log; only this connection is open, so all of it can be written back. */
function databaseBytes(): number {
  const connection = new DatabaseSync(database);
  connection.exec('pragma wal_checkpoint(truncate)');
  connection.close();
  return statSync(database).size;
}

/** The product knows FULL only. For the comparison at NORMAL its pragma is replaced on the way to SQLite. */
function openAtNormal(): { replaced: number } {
  const count = { replaced: 0 };
  const exec = DatabaseSync.prototype.exec;
  DatabaseSync.prototype.exec = function replacing(sql) {
    const replacement = sql.replace('synchronous = full', 'synchronous = normal');
    if (replacement !== sql) count.replaced += 1;
    exec.call(this, replacement);
  };
  return count;
}
