import { expect, test } from 'vitest';
import type { Journal, RunRow } from '../../engine/ports/journal.ts';
import type { FoldSnapshot } from '../../engine/ports/journal-snapshots.ts';
import { createQueueInterviewer } from '../../people/queue.ts';
import { buildGraph } from '../../language/graph/build.ts';
import { recordRun, type RecordedRun } from '../../../test/support/recorded-run.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { foldRun, type FoldSource } from './fold-run.ts';
import { foldOf, SnapshotKeeper, snapshotForm, snapshotOf } from './fold-snapshot.ts';
import { RunFold } from './run-fold.ts';

/** Branches side by side, a failure that is tried again, a loop with a restart, and a question. */
const graph = buildGraph({
  attributes: { goal: 'be useful' },
  nodes: {
    start: { shape: 'Mdiamond' },
    exit: { shape: 'Msquare' },
    out: { shape: 'component' },
    in: { shape: 'tripleoctagon' },
    shaky: { max_retries: '2' },
    ask: { shape: 'hexagon', label: 'Again?', 'human.default_choice': 'No' },
  },
  edges: [
    ['start', 'out'],
    ['out', 'left'],
    ['out', 'shaky'],
    ['left', 'in'],
    ['shaky', 'in'],
    ['in', 'ask'],
    ['ask', 'start', { label: '[Y] Yes', loop_restart: 'true' }],
    ['ask', 'exit', { label: '[N] No' }],
  ],
});

async function variedRun(): Promise<RecordedRun> {
  return recordRun(graph, {
    step: async ({ nodeId, attempt }, services) => {
      await services.emit({ type: 'AgentUsage', inputTokens: 3, outputTokens: 1 });
      services.artifact(`${nodeId}.response`, `answer of ${nodeId}`);
      if (nodeId === 'shaky' && attempt === 1) return { outcome: { status: 'retry', failureReason: 'shaky' } };
      return { outcome: { status: 'success', notes: 'done', contextUpdates: { [nodeId]: { deep: [1] } } } };
    },
    interviewer: createQueueInterviewer(['Y', 'N']),
  });
}

/** Everything a fold can tell. */
const told = (fold: RunFold, row: RunRow): unknown => [
  fold.view(row),
  fold.checkpoint(),
  fold.endedAttempts,
  fold.steering,
  fold.largeArtifacts,
  fold.workspace.worktrees(),
  fold.restarts,
];

verifies('returning:snapshot', 'a fold goes on from any of its snapshots as if it had never stopped', async () => {
  const { journal, row } = await variedRun();
  const [now, turns] = [await row(), await Array.fromAsync(journal.tail('run-1', 0))];
  const whole = new RunFold();
  for (const turn of turns) whole.add(turn);
  expect(whole.restarts).toBe(1);
  const begun = new RunFold();
  for (const [index, turn] of turns.entries()) {
    begun.add(turn);
    const resumed = foldOf(snapshotOf(begun));
    for (const later of turns.slice(index + 1)) resumed.add(later);
    expect(told(resumed, now), `after turn ${turn.seq}`).toEqual(told(whole, now));
  }
});

test('reading a run begins at the newest snapshot before the turn asked for', async () => {
  const { journal, row } = await variedRun();
  const turns = await Array.fromAsync(journal.tail('run-1', 0));
  const [early, late, last] = [turns[9]!.seq, turns[20]!.seq, turns.at(-1)!.seq];
  const expected = new Map<number, unknown>();
  for (const seq of [early, late, last]) expected.set(seq, told(await foldRun(journal, 'run-1', seq), await row()));
  for (const seq of [early, late])
    await journal.keepSnapshot('run-1', snapshotOf(await foldRun(journal, 'run-1', seq)));
  const begins: number[] = [];
  const watched = watching(journal, begins);
  for (const [seq, wanted] of expected) expect(told(await foldRun(watched, 'run-1', seq), await row())).toEqual(wanted);
  expect(begins).toEqual([early, late, late]);
});

/** The journal, telling where reading began. */
function watching(journal: Journal, begins: number[]): FoldSource {
  return {
    getBlob: (hash) => journal.getBlob(hash),
    snapshot: (...wanted) => journal.snapshot(...wanted),
    tail: (runId, afterSeq, upToSeq) => {
      begins.push(afterSeq);
      return journal.tail(runId, afterSeq, upToSeq);
    },
  };
}

test('a growing fold is kept at distances that grow with it, and soon again after one was refused', async () => {
  const kept: number[] = [];
  const fold = new RunFold();
  let refusals = 1;
  const keepSnapshot = async (_run: string, { turns, form }: FoldSnapshot): Promise<boolean> => {
    expect(form).toBe(snapshotForm);
    if (turns > 20 && refusals-- > 0) return false;
    kept.push(turns);
    return true;
  };
  const keeper = new SnapshotKeeper({ keepSnapshot }, { runId: 'run-1', fold, keptTurns: 0, fewest: 10 });
  for (let seq = 1; seq <= 240; seq += 1) {
    fold.add({ seq, parent: undefined, type: 'x', version: 1, at: 0, payload: {} });
    await keeper.keepWhenDue();
  }
  expect(kept).toEqual([10, 20, 130, 147, 166, 187, 211, 238]);
});
