import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomPipeline } from '../../../test/support/random-pipeline.ts';
import { execute, type Execution, type InFlight } from '../../../test/support/re-executing-run.ts';
import { sized } from '../../../test/support/size.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { graphOf } from '../../../test/support/walk.ts';
import type { WalkEvent } from '../../contract/event.ts';
import type { Outcome, StageStatus } from '../../contract/outcome.ts';
import type { Answer, Question } from '../../contract/question.ts';
import type { Graph } from '../../language/graph/graph.ts';
import { createProgram, createTraversal, dryRun } from '../index.ts';
import type { Settled, Traversal } from '../ports/runtime.ts';

const child = graphOf('start -> x -> exit');

function traversalOf(graph: Graph): Traversal {
  return createTraversal(createProgram(graph, new Map([['child', 'child']])), {
    inputs: { n: '0' },
    // The same for the same graph.
    ...(graph.edges.length % 2 === 0 && { mergeBranches: 'merge' }),
  });
}

/** A number that depends on the text alone, so that the same operation always comes to the same. */
function chance(text: string, among: number): number {
  let hash = 7;
  for (const letter of text) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return hash % among;
}

const statuses: readonly StageStatus[] = [
  'success',
  'success',
  'success',
  'fail',
  'retry',
  'partial_success',
  'skipped',
];

function outcomeOf(key: string): Outcome {
  return {
    status: statuses[chance(key, statuses.length)] ?? 'success',
    ...(chance(`${key} label`, 3) === 0 ? { preferredLabel: 'Go' } : {}),
    ...(chance(`${key} updates`, 2) === 0 ? { contextUpdates: { n: chance(key, 3), last_response: 'text' } } : {}),
  };
}

/** Some steps ask first, some again with the answer. */
function questionOf(key: string): Question | undefined {
  if (chance(`${key} asks`, 6) !== 0) return undefined;
  const options = [{ key: 'N', label: 'No' }];
  const timed = chance(`${key} waits`, 2) === 0 ? { timeoutMs: 5 } : {};
  return { text: key, type: 'MULTIPLE_CHOICE', options, defaultKey: 'N', stage: key, ...timed };
}

function answerOf(question: Question, key: string): Answer | undefined {
  const option = question.options[chance(key, question.options.length)];
  const answers: readonly (Answer | undefined)[] = [
    option && { kind: 'choice', key: option.key },
    { kind: 'skipped' },
    { kind: 'timeout' },
    { kind: 'invalid', text: '?' },
    undefined,
  ];
  return answers[chance(`${key} answer`, answers.length)];
}

test('a walk ends, without throwing, in whatever graph', async () => {
  await fc.assert(
    fc.asyncProperty(randomPipeline, async (graph) => {
      let steps = 0;
      const run = await dryRun(traversalOf(graph), {
        step(_call, key) {
          steps += 1;
          if (steps > 20_000) throw new Error('the walk does not end');
          const question = questionOf(key);
          return { outcome: outcomeOf(key), durationMs: chance(key, 5), ...(question && { question }) };
        },
        answer: answerOf,
        child: (_bundle, inputs) => createTraversal(createProgram(child), { inputs }),
      });
      expectWellFormed(run.events, run.state);
    }),
    { seed: 2, numRuns: sized({ everyday: 300, full: 20_000 }) },
  );
});

/** One end, and no stage, attempt or checkpoint twice. */
function expectWellFormed(events: readonly WalkEvent[], state: string): void {
  const ends = events.filter(({ type }) => ['PipelineCompleted', 'PipelineFailed', 'PipelineCancelled'].includes(type));
  expect(ends).toHaveLength(state === 'waiting' ? 0 : 1);
  if (state !== 'waiting') expect(events.at(-1)).toBe(ends[0]);
  const started = events.filter((event) => event.type === 'StageStarted');
  const keys = started.map(({ scope, name, visit, attempt }) => `${scope}/${name}#${visit}@${attempt}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(started.map(({ index }) => index)).toEqual(started.map((_event, position) => position));
}

/** What an operation comes to, by its key; undefined leaves it open. */
function settlementOf(op: InFlight): Settled | undefined {
  const { key } = op;
  switch (op.kind) {
    case 'node': {
      const question = questionOf(key);
      const usage = { inputTokens: 1, outputTokens: 1 };
      return { kind: 'node', key, result: { outcome: outcomeOf(key), usage, ...(question && { question }) } };
    }
    case 'timer':
    case 'send':
      return { kind: op.kind, key };
    case 'gate': {
      const answer = op.question && answerOf(op.question, key);
      return answer && { kind: 'gate', key, answer };
    }
    case 'child': {
      const { status } = outcomeOf(key);
      const outcome: Outcome = { status: status === 'fail' ? 'fail' : 'success' };
      return {
        kind: 'child',
        key,
        result: { state: status === 'fail' ? 'failed' : 'completed', outcome, context: {} },
      };
    }
    case 'observe':
      return { kind: 'observe', key, telemetry: { status: 'running', completedStages: 1, retries: 0 } };
    case 'inbox':
      return undefined;
  }
}

verifies(
  ['durability:R4:deterministic', 'durability:R4:replay'],
  'a walk executed again from every settlement asks for the same operations and emits the same events, in whatever order they settle',
  async () => {
    const picks = fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(randomPipeline, picks, async (graph, order) => {
        const settlements: Settled[] = [];
        let before: Execution = { log: [], inFlight: [], result: undefined };
        while (settlements.length < 120) {
          const now = await execute(traversalOf(graph), settlements);
          expect(now.log.slice(0, before.log.length)).toEqual(before.log);
          before = now;
          const possible = now.inFlight.flatMap((op) => settlementOf(op) ?? []);
          const pick = possible[(order[settlements.length % order.length] ?? 0) % possible.length];
          if (now.result || !pick) return;
          settlements.push(pick);
        }
      }),
      { seed: 4, numRuns: sized({ everyday: 100, full: 3_000 }) },
    );
  },
);

test('the same graph value can be walked any number of times: nothing is kept in it', async () => {
  const graph = graphOf(
    'start -> fan\n fan [shape=component]\n join [shape=tripleoctagon]\n fan -> a -> join\n fan -> b -> join\n join -> exit',
  );
  const traversal = traversalOf(graph);
  const [first, second] = [await execute(traversal, []), await execute(traversal, [])];
  expect(second.log).toEqual(first.log);
});
