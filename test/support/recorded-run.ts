import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../src/contract/command.ts';
import type { Journal, RunRow } from '../../src/engine/ports/journal.ts';
import type { Interviewer } from '../../src/engine/ports/interviewer.ts';
import type { NodeResult, StepCall, StepServices } from '../../src/engine/ports/step.ts';
import { createProgram } from '../../src/engine/program.ts';
import { createTraversal, walkVersion } from '../../src/engine/walk/traverse.ts';
import type { Graph } from '../../src/language/graph/graph.ts';
import { openMemoryJournal } from '../../src/journal/memory/memory-journal.ts';
import type { Clock } from '../../src/runtime/local/clock.ts';
import { LocalRuntime, type RunEnd } from '../../src/runtime/local/local-runtime.ts';
import type { Json } from '../../src/shared/json.ts';

export interface RecordedRunParts {
  readonly step?: (call: StepCall, services: StepServices) => Promise<NodeResult> | NodeResult;
  readonly inputs?: Readonly<Record<string, Json>>;
  readonly interviewer?: Interviewer;
  /** Commands in the inbox before the run starts. */
  readonly commands?: readonly Command[];
  readonly journal?: Journal;
}

export interface RecordedRun {
  readonly journal: Journal;
  readonly end: RunEnd;
  /** The run as the journal lists it now. */
  row(): Promise<RunRow>;
}

/** Walks a pipeline on the local runtime and a journal in memory; pauses take no time. */
export async function recordRun(graph: Graph, parts: RecordedRunParts = {}): Promise<RecordedRun> {
  const journal = parts.journal ?? openMemoryJournal();
  const scratch = await mkdtemp(join(tmpdir(), 'recorded-run-'));
  const runId = 'run-1';
  await journal.createRun({
    id: runId,
    pipeline: graph.name,
    bundle: 'b'.repeat(64),
    walkVersion,
    cwd: '/project',
    settings: await journal.keep({}),
    at: startOfTime,
  });
  for (const [index, command] of (parts.commands ?? []).entries()) {
    await journal.send(runId, {
      id: `command-${index}`,
      command: await journal.keep(command),
      by: 'test',
      at: startOfTime,
    });
  }
  const execute = async (call: StepCall, services: StepServices): Promise<NodeResult> =>
    parts.step ? parts.step(call, services) : { outcome: { status: 'success' } };
  const handlers = new Map(['codergen', 'tool', 'parallel.fan_in'].map((type) => [type, { execute }]));
  const traversal = createTraversal(createProgram(graph), { inputs: parts.inputs ?? {} });
  const runtime = new LocalRuntime({
    journal,
    clock: impatientClock(),
    holder: { pid: 1, host: 'here', bootId: 'boot', startTime: '0' },
    scratch,
    load: async () => ({ traversal, handlers, cwd: '/project' }),
    createChild: () => Promise.reject(new Error('no child pipelines here')),
    readArtifact: async () => undefined,
    ...(parts.interviewer && { interviewer: parts.interviewer }),
  });
  const end = await runtime.walk(runId).done;
  await rm(scratch, { recursive: true });
  const row = async (): Promise<RunRow> => {
    const found = await journal.run(runId);
    if (!found) throw new Error('the run is gone');
    return found;
  };
  return { journal, end, row };
}

const startOfTime = Date.UTC(2026, 0, 1);

/** Every look at the clock takes a millisecond; what sleeps until a time is woken at once, and it is that time then. */
function impatientClock(): Clock {
  let now = startOfTime;
  const wakeAt: Clock['wakeAt'] = (at, wake) => {
    const timer = setImmediate(() => {
      now = Math.max(now, at);
      wake();
    });
    return () => clearImmediate(timer);
  };
  return { now: () => ++now, wakeAt, wakeAfter: (ms, wake) => wakeAt(now + ms, wake) };
}
