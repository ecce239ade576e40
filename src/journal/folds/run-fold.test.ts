import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WalkEvent } from '../../contract/event.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { agreeableAnswer, dryRun, type DryRunResult, type DryRunWorld } from '../../engine/simulation/dry-run.ts';
import type { RunRow, Turn } from '../../engine/ports/journal.ts';
import { createProgram } from '../../engine/program.ts';
import { createTraversal } from '../../engine/walk/traverse.ts';
import { buildGraph, type GraphParts } from '../../language/graph/build.ts';
import type { Json } from '../../shared/json.ts';
import { sized } from '../../../test/support/size.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { RunFold } from './run-fold.ts';

const start = { shape: 'Mdiamond' };
const exit = { shape: 'Msquare' };
const fanOut = { shape: 'component' };
const fanIn = { shape: 'tripleoctagon' };
const gate = { shape: 'hexagon' };
const diamond = { shape: 'diamond' };

interface Case extends GraphParts {
  readonly title: string;
  readonly inputs?: Readonly<Record<string, Json>>;
  /** Outcomes of a node's executions; the last one repeats, and others succeed. */
  readonly outcomes?: Readonly<Record<string, readonly Outcome[]>>;
  readonly world?: Partial<DryRunWorld>;
}

const success: Outcome = { status: 'success' };
const fail: Outcome = { status: 'fail', failureReason: 'no' };
const retry: Outcome = { status: 'retry', failureReason: 'busy' };

const cases: readonly Case[] = [
  {
    title: 'a line of stages with inputs and graph attributes',
    attributes: { goal: 'ship it', default_fidelity: 'compact' },
    inputs: { branch: 'main', 'work.item': 3 },
    nodes: { start, exit },
    edges: [
      ['start', 'plan'],
      ['plan', 'build'],
      ['build', 'exit'],
    ],
    outcomes: {
      plan: [{ ...success, contextUpdates: { plan: 'short', shared: 1 } }],
      build: [{ ...success, contextUpdates: { shared: 2 } }],
    },
  },
  {
    title: 'a preferred label that later stages do not repeat',
    nodes: { start, exit },
    edges: [
      ['start', 'ask'],
      ['ask', 'left', { label: 'Left' }],
      ['ask', 'right', { label: 'Right' }],
      ['left', 'exit'],
      ['right', 'exit'],
    ],
    outcomes: { ask: [{ ...success, preferredLabel: 'Right' }] },
  },
  {
    title: 'a stage that succeeds at its third attempt',
    nodes: { start, exit, flaky: { max_retries: 4 } },
    edges: [
      ['start', 'flaky'],
      ['flaky', 'exit'],
    ],
    outcomes: {
      flaky: [{ ...retry, contextUpdates: { lost: true } }, retry, { ...success, contextUpdates: { kept: true } }],
    },
  },
  {
    title: 'retries that run out',
    nodes: { start, exit, flaky: { max_retries: 1 } },
    edges: [
      ['start', 'flaky'],
      ['flaky', 'exit'],
    ],
    outcomes: { flaky: [retry] },
  },
  {
    title: 'retries that run out where partial success is allowed',
    nodes: { start, exit, flaky: { max_retries: 1, allow_partial: true } },
    edges: [
      ['start', 'flaky'],
      ['flaky', 'exit'],
    ],
    outcomes: { flaky: [retry] },
  },
  {
    title: 'a failure that leaves by a diamond',
    nodes: { start, exit, check: diamond },
    edges: [
      ['start', 'test'],
      ['test', 'check'],
      ['check', 'fix', { condition: 'outcome=fail' }],
      ['check', 'exit', { condition: 'outcome=success' }],
      ['fix', 'test'],
    ],
    outcomes: { test: [{ ...fail, contextUpdates: { failures: 3 } }, success] },
  },
  {
    title: 'a goal gate that sends the walk back',
    nodes: { start, exit, implement: { goal_gate: true, retry_target: 'plan' } },
    edges: [
      ['start', 'plan'],
      ['plan', 'implement'],
      ['implement', 'exit', { condition: 'outcome=fail' }],
      ['implement', 'exit', { condition: 'outcome=success' }],
    ],
    outcomes: { implement: [fail, success] },
  },
  {
    title: 'a goal gate without a way back',
    nodes: { start, exit, implement: { goal_gate: true } },
    edges: [
      ['start', 'implement'],
      ['implement', 'exit', { condition: 'outcome=fail' }],
    ],
    outcomes: { implement: [fail] },
  },
  {
    title: 'branches whose context stays theirs',
    nodes: { start, exit, fan: fanOut, join: fanIn },
    edges: [
      ['start', 'fan'],
      ['fan', 'a'],
      ['fan', 'b'],
      ['a', 'join'],
      ['b', 'join'],
      ['join', 'exit'],
    ],
    outcomes: {
      a: [{ ...success, contextUpdates: { score: 2, seen: 'a' } }],
      b: [{ ...success, contextUpdates: { score: 5, seen: 'b' } }],
    },
  },
  {
    title: 'a fan-out inside a branch',
    nodes: { start, exit, outer: fanOut, inner: fanOut, join: fanIn, meet: fanIn },
    edges: [
      ['start', 'outer'],
      ['outer', 'inner'],
      ['outer', 'c'],
      ['inner', 'a'],
      ['inner', 'b'],
      ['a', 'meet'],
      ['b', 'meet'],
      ['meet', 'join'],
      ['c', 'join'],
      ['join', 'exit'],
    ],
    outcomes: { a: [fail], b: [{ ...success, contextUpdates: { deep: true } }] },
  },
  {
    title: 'a join that cancels the losers',
    nodes: { start, exit, fan: { ...fanOut, join_policy: 'first_success' }, join: fanIn, slow: { max_retries: 3 } },
    edges: [
      ['start', 'fan'],
      ['fan', 'slow'],
      ['fan', 'quick'],
      ['slow', 'join'],
      ['quick', 'join'],
      ['join', 'exit'],
    ],
    outcomes: { slow: [retry] },
  },
  {
    title: 'a gate somebody answers',
    nodes: { start, exit, approve: { ...gate, label: 'Ship it?' } },
    edges: [
      ['start', 'approve'],
      ['approve', 'exit', { label: '[Y] Yes' }],
      ['approve', 'rework', { label: '[N] No' }],
      ['rework', 'approve'],
    ],
  },
  {
    title: 'a restarted loop, which begins with graph and inputs again',
    attributes: { goal: 'converge' },
    inputs: { seed: 'one' },
    nodes: { start, exit, judge: diamond },
    edges: [
      ['start', 'draft'],
      ['draft', 'judge'],
      ['judge', 'draft', { condition: 'context.verdict=again', loop_restart: true }],
      ['judge', 'exit'],
    ],
    outcomes: {
      draft: [
        { ...success, contextUpdates: { verdict: 'again', only_first: true } },
        { ...success, contextUpdates: { verdict: 'fine' } },
      ],
    },
  },
  {
    title: 'a loop that reaches its bound',
    attributes: { default_max_visits: 3 },
    nodes: { start, exit },
    edges: [
      ['start', 'again'],
      ['again', 'again'],
    ],
  },
];

async function walk({ inputs, outcomes, world, ...graph }: Case): Promise<DryRunResult> {
  const traversal = createTraversal(createProgram(buildGraph(graph)), { inputs: inputs ?? {} });
  return dryRun(traversal, {
    step: ({ nodeId, execution }) => ({
      outcome: outcomes?.[nodeId]?.[execution] ?? outcomes?.[nodeId]?.at(-1) ?? success,
    }),
    answer: agreeableAnswer,
    ...world,
  });
}

/** A fold of the events alone, as if they had been journaled. */
function foldEvents(events: readonly WalkEvent[]): RunFold {
  const fold = new RunFold();
  for (const [index, { type, ...payload }] of events.entries()) {
    const turn: Turn = {
      seq: index + 1,
      parent: index || undefined,
      type,
      version: 1,
      at: index,
      payload: payload as unknown as Json,
    };
    fold.add(turn);
  }
  return fold;
}

const row: RunRow = {
  id: 'run-1',
  pipeline: 'G',
  bundle: 'b'.repeat(64),
  walkVersion: 1,
  cwd: '/project',
  settings: {},
  at: 0,
  state: 'completed',
  updatedAt: 0,
};

describe("the fold of a run's events has the context the walk ended with", () => {
  test.for(cases)('$title', async (walked) => {
    const { events, result } = await walk(walked);
    expect(result).toBeDefined();
    expect(foldEvents(events).view(row).context).toEqual(result?.context);
  });

  test('any small graph, whose walk was not cut off within a top-level stage', async () => {
    await fc.assert(
      fc.asyncProperty(randomCase, async (walked) => {
        const { events, result } = await walk(walked);
        const { context, nodes } = foldEvents(events).view(row);
        fc.pre(!nodes.some(({ scope, status }) => scope === '' && status === 'cancelled'));
        expect(context).toEqual(result?.context);
        expect(nodes.filter(({ status }) => status === 'running' || status === 'retrying')).toEqual([]);
      }),
      { seed: 20_260_101, numRuns: sized({ everyday: 300, full: 20_000 }) },
    );
  });
});

const names = ['a', 'b', 'c', 'd', 'e', 'f'];

const outcomeArbitrary = fc.record(
  {
    status: fc.constantFrom<Outcome['status'][]>('success', 'success', 'partial_success', 'fail', 'retry', 'skipped'),
    preferredLabel: fc.constantFrom('x', 'y'),
    contextUpdates: fc.dictionary(
      fc.constantFrom('k', 'l', 'score', 'outcome'),
      fc.oneof(fc.integer(), fc.constantFrom('p', 'q')),
      {
        maxKeys: 2,
      },
    ),
    notes: fc.constantFrom('done', ''),
  },
  { requiredKeys: ['status'] },
);

const randomCase: fc.Arbitrary<Case> = fc.record({
  title: fc.constant('random'),
  attributes: fc.record({ default_max_visits: fc.integer({ min: 1, max: 4 }), goal: fc.constantFrom('g', '') }),
  inputs: fc.dictionary(fc.constantFrom('k', 'i'), fc.constantFrom('1', '2')),
  nodes: fc
    .tuple(
      ...names.map(() =>
        fc.record(
          {
            shape: fc.constantFrom('box', 'box', 'box', 'diamond', 'hexagon', 'component', 'tripleoctagon'),
            goal_gate: fc.boolean(),
            retry_target: fc.constantFrom(...names),
            max_retries: fc.integer({ min: 0, max: 2 }),
            join_policy: fc.constantFrom('wait_all', 'first_success'),
            error_policy: fc.constantFrom('continue', 'fail_fast', 'ignore'),
          },
          { requiredKeys: ['shape'] },
        ),
      ),
    )
    .map((nodes) => ({ start, exit, ...Object.fromEntries(names.map((name, index) => [name, nodes[index]!])) })),
  edges: fc
    .array(
      fc.tuple(
        fc.constantFrom(...names),
        fc.constantFrom(...names, 'exit', 'exit'),
        fc.record(
          {
            condition: fc.constantFrom('outcome=success', 'outcome=fail', 'context.k=p'),
            label: fc.constantFrom('x', 'y'),
            loop_restart: fc.constantFrom(true),
          },
          { requiredKeys: [] },
        ),
      ),
      { minLength: 4, maxLength: 14 },
    )
    .map((edges) => [['start', 'a'] as const, ...edges]),
  outcomes: fc.dictionary(fc.constantFrom(...names), fc.array(outcomeArbitrary, { minLength: 1, maxLength: 3 })),
});

describe('what the fold tells of a run', () => {
  const titled = (title: string): Case => cases.find((candidate) => candidate.title === title)!;

  test('visited has every top-level visit in order, attempts every execution', async () => {
    const flaky = foldEvents((await walk(titled('a stage that succeeds at its third attempt'))).events).view(row);
    expect(flaky.visited).toEqual(['start', 'flaky', 'exit']);
    expect(flaky.attempts).toEqual({ start: 1, flaky: 3, exit: 1 });

    const nested = foldEvents((await walk(titled('a fan-out inside a branch'))).events).view(row);
    expect(nested.visited).toEqual(['start', 'outer', 'join', 'exit']);
    expect(nested.attempts).toEqual({ start: 1, outer: 1, inner: 1, a: 1, b: 1, c: 1, meet: 1, join: 1, exit: 1 });

    const restarted = foldEvents(
      (await walk(titled('a restarted loop, which begins with graph and inputs again'))).events,
    ).view(row);
    expect(restarted.visited).toEqual(['start', 'draft', 'judge', 'draft', 'judge', 'exit']);
    expect(restarted.restarts).toBe(1);
    expect(restarted.nodes.map(({ node, visit, restart }) => [node, visit, restart])).toEqual([
      ['start', 1, 0],
      ['draft', 1, 0],
      ['judge', 1, 0],
      ['draft', 2, 1],
      ['judge', 2, 1],
      ['exit', 1, 1],
    ]);
  });

  test('a visit says how it ended and where the walk went from it', async () => {
    const { nodes } = foldEvents((await walk(titled('a failure that leaves by a diamond'))).events).view(row);
    expect(nodes[1]).toMatchObject({
      node: 'test',
      visit: 1,
      attempts: 1,
      status: 'fail',
      handler: 'codergen',
      failureReason: 'no',
    });
    expect(nodes[1]).toMatchObject({ next: 'check', reason: 'only_edge' });
    expect(nodes[2]).toMatchObject({ node: 'check', handler: 'conditional', next: 'fix', reason: 'condition' });
    expect(nodes.at(-1)).toMatchObject({ node: 'exit', status: 'success', reason: 'exit' });
    expect(nodes.at(-1)).not.toHaveProperty('next');
  });

  test('a goal gate that turns the walk back is the way the stage before it went', async () => {
    const { nodes } = foldEvents((await walk(titled('a goal gate that sends the walk back'))).events).view(row);
    expect(nodes.map(({ node, next, reason }) => [node, next, reason])).toEqual([
      ['start', 'plan', 'only_edge'],
      ['plan', 'implement', 'only_edge'],
      ['implement', 'plan', 'goal_gate'],
      ['plan', 'implement', 'only_edge'],
      ['implement', 'exit', 'condition'],
      ['exit', undefined, 'exit'],
    ]);
  });

  test('a branch dropped by the join is cancelled, and nothing is left running', async () => {
    const { nodes } = foldEvents((await walk(titled('a join that cancels the losers'))).events).view(row);
    expect(nodes.find(({ node }) => node === 'slow')).toMatchObject({ scope: 'fan#1/slow', status: 'cancelled' });
    expect(nodes.filter(({ status }) => status === 'running' || status === 'retrying')).toEqual([]);
  });

  test('stages that ran when the run was cancelled are cancelled with it', async () => {
    const { events } = await walk({
      ...cases[0]!,
      world: { commands: [{ command: { kind: 'cancel', reason: 'enough' } }] },
    });
    const view = foldEvents(events).view({ ...row, state: 'cancelled' });
    expect(view.failureReason).toBe('enough');
    expect(view.nodes.filter(({ status }) => status === 'running')).toEqual([]);
  });

  test('a stage retried by command cancels the branches of the attempt before', () => {
    const stage = { name: 'fan', scope: '', index: 0, visit: 1 };
    const fold = foldEvents([
      { type: 'StageStarted', handler: 'parallel', ...stage, attempt: 1 },
      { type: 'StageStarted', handler: 'codergen', ...stage, name: 'a', scope: 'fan#1/a', attempt: 1 },
      { type: 'StageStarted', handler: 'parallel', ...stage, attempt: 2 },
      { type: 'StageStarted', handler: 'codergen', ...stage, name: 'a', scope: 'fan#1@2/a', attempt: 1 },
    ]);
    const { nodes, visited, attempts } = fold.view({ ...row, state: 'running' });
    expect(nodes.map(({ scope, status }) => [scope, status])).toEqual([
      ['', 'running'],
      ['fan#1/a', 'cancelled'],
      ['fan#1@2/a', 'running'],
    ]);
    expect(visited).toEqual(['fan']);
    expect(attempts).toEqual({ fan: 2, a: 2 });
  });

  verifies(
    'checkpoint:content',
    'the checkpoint names the exit as the last completed node, and counts retries',
    async () => {
      const fold = foldEvents((await walk(titled('a stage that succeeds at its third attempt'))).events);
      expect(fold.checkpoint()).toMatchObject({
        currentNode: 'exit',
        completedNodes: ['start', 'flaky', 'exit'],
        nodeRetries: { flaky: 0 },
        context: { outcome: 'success', kept: true, 'internal.retry_count.flaky': 0 },
      });
      const failed = foldEvents((await walk(titled('retries that run out'))).events);
      expect(failed.checkpoint()).toMatchObject({ currentNode: 'flaky', nodeRetries: { flaky: 1 } });
    },
  );

  test('the checkpoint of an earlier segment stays as it was when the segment was left', async () => {
    const fold = foldEvents((await walk(titled('a restarted loop, which begins with graph and inputs again'))).events);
    expect(fold.checkpoint(0)).toMatchObject({
      currentNode: 'judge',
      completedNodes: ['start', 'draft', 'judge'],
      context: { only_first: true },
    });
    expect(fold.checkpoint(1).completedNodes).toEqual(['draft', 'judge', 'exit']);
    expect(fold.checkpoint(1).context).not.toHaveProperty('only_first');
  });
});
