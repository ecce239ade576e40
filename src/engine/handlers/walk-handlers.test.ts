import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { graphOf, walk } from '../../../test/support/walk.ts';
import { agreeableAnswer, createProgram, createTraversal, dryRun } from '../index.ts';
import { walkHandlers } from './walk-handlers.ts';

describe('handlers inside the walk', () => {
  verifies('handler:start', 'the start succeeds at once and takes no step', async () => {
    const run = await walk('start -> exit');
    expect(run.steps).toEqual([]);
    expect(run.of('StageCompleted')[0]).toMatchObject({ name: 'start', outcome: { status: 'success' } });
  });

  verifies('handler:exit', 'the exit succeeds at once and takes no step', async () => {
    const run = await walk('start -> exit');
    expect(run.of('StageCompleted')[1]).toMatchObject({ name: 'exit', outcome: { status: 'success' } });
  });

  verifies('conditional:pass-through', 'a diamond takes no step and sets nothing', async () => {
    const run = await walk('start -> a -> check -> exit\n check [shape=diamond]', {
      script: { a: [{ contextUpdates: { n: 1 } }] },
    });
    expect(run.steps.map(({ nodeId }) => nodeId)).toEqual(['a']);
    const completed = run.of('StageCompleted').find(({ name }) => name === 'check');
    expect(completed?.outcome).toEqual({ status: 'success', notes: 'Conditional node evaluated: check' });
  });

  verifies(
    'conditional:keeps-outcome',
    'its edges are decided on the outcome and label it received, through several diamonds too',
    async () => {
      const text = `start -> a -> one -> two
      one [shape=diamond]
      two [shape=diamond]
      two -> wrong [condition="outcome=success"]
      two -> labelled [condition="outcome=partial_success && preferred_label=Fix"]
      labelled -> exit`;
      const run = await walk(text, { script: { a: [{ status: 'partial_success', preferredLabel: 'Fix' }] } });
      expect(run.visited).toEqual(['start', 'a', 'one', 'two', 'labelled', 'exit']);
    },
  );

  test('the label a diamond received also leads over its plain edges', async () => {
    const text = 'start -> a -> check\n check [shape=diamond]\n check -> one\n check -> two [label="[T] Two"]';
    expect((await walk(text, { script: { a: [{ preferredLabel: 'two' }] } })).visited).toContain('two');
  });

  test('after a failure the plain edge of a diamond is its "else"', async () => {
    const text =
      'start -> a -> check\n check [shape=diamond]\n check -> good [condition="outcome=success"]\n check -> other\n other -> exit';
    expect((await walk(text, { script: { a: ['fail'] } })).visited).toEqual(['start', 'a', 'check', 'other', 'exit']);
  });
});

verifies(
  ['handler:resolution', 'defect:unknown-shape-crashes'],
  'a known type wins, then the shape, then the agent handler',
  async () => {
    const run = await walk(`start -> byType -> byShape -> byDefault -> unknownType -> unknownShape -> exit
    byType [type=tool, shape=diamond]
    byShape [shape=parallelogram]
    unknownType [type=nobody, shape=parallelogram]
    unknownShape [shape=star]`);
    expect(run.of('StageStarted').map(({ name, handler }) => [name, handler])).toEqual([
      ['start', 'start'],
      ['byType', 'tool'],
      ['byShape', 'tool'],
      ['byDefault', 'codergen'],
      ['unknownType', 'tool'],
      ['unknownShape', 'codergen'],
      ['exit', 'exit'],
    ]);
  },
);

verifies(
  ['handler:custom', 'parity:custom-handler'],
  'a registered type is asked of the runtime, with the attributes of its node',
  async () => {
    const graph = graphOf('start -> mine -> exit\n mine [type=my_custom_type, shape=box, custom_attr=value]');
    const seen: unknown[] = [];
    const traversal = createTraversal(createProgram(graph, new Map(), new Set(['my_custom_type'])), { inputs: {} });
    const run = await dryRun(traversal, {
      step(call) {
        seen.push(call.handler, call.view().graph.nodes.get(call.nodeId)?.attributes.get('custom_attr')?.value.text);
        return { outcome: { status: 'success', contextUpdates: { made: 'by us' } } };
      },
      answer: agreeableAnswer,
    });
    expect(seen).toEqual(['my_custom_type', 'value']);
    expect(run.result).toMatchObject({ state: 'completed', context: { made: 'by us' } });
  },
);

test('the handlers that steer the walk are its own', () => {
  expect([...walkHandlers.keys()]).toEqual([
    'start',
    'exit',
    'conditional',
    'wait.human',
    'parallel',
    'parallel.fan_in',
    'stack.manager_loop',
    'sub_pipeline',
  ]);
});
