import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk } from '../../../test/support/walk.ts';
import type { Command } from '../../contract/command.ts';

const slow = { durationMs: 1_000 };
const at = (atMs: number, command: Command) => ({ atMs, command });
const parallel = `start -> fan
  fan -> a -> join
  fan -> b -> join
  join -> exit
  fan [shape=component]
  join [shape=tripleoctagon]`;

describe('cancel', () => {
  test('ends the run at once, with everything in flight', async () => {
    const run = await walk(parallel, {
      script: { a: [slow], b: [slow] },
      commands: [at(300, { kind: 'cancel', reason: 'enough' })],
    });
    expect(run.state).toBe('cancelled');
    expect(run.durationMs).toBe(300);
    expect(run.events.at(-1)).toEqual({ type: 'PipelineCancelled', reason: 'enough', durationMs: 300 });
    expect(run.of('StageCompleted').map(({ name }) => name)).toEqual(['start']);
  });

  test('ends a run that waits for a person, and its children', async () => {
    const run = await walk('start -> child -> exit\n child [shape=house, stack.child_dotfile="c.dot"]', {
      children: { 'c.dot': 'start -> gate -> exit\n gate [shape=hexagon]' },
      commands: [at(100_000, { kind: 'cancel', reason: 'enough' })],
    });
    expect(run).toMatchObject({ state: 'cancelled', durationMs: 100_000 });
  });
});

describe('steer', () => {
  test('an instruction to the run reaches the next prompt, once', async () => {
    const run = await walk('start -> a -> b -> c -> exit', {
      script: { a: [slow] },
      commands: [at(10, { kind: 'steer', text: 'be brief' }), at(20, { kind: 'steer', text: 'be kind' })],
    });
    expect(run.steps.map(({ steering }) => steering)).toEqual([undefined, ['be brief', 'be kind'], undefined]);
    expect(run.of('SteeringReceived')).toHaveLength(2);
  });

  test('it reaches every branch, those that start later too, and the walk behind them', async () => {
    const run = await walk(
      `${parallel.replace('join -> exit', 'join -> last -> exit')}\n a -> a2 -> join\n fan [max_parallel=1]`,
      {
        script: { a: [slow] },
        commands: [at(10, { kind: 'steer', text: 'be brief' })],
      },
    );
    const steered = run.steps.filter(({ steering }) => steering !== undefined).map(({ nodeId }) => nodeId);
    expect(steered).toEqual(['a2', 'b', 'last']);
  });

  test('one for a node waits for that node, wherever it runs', async () => {
    const run = await walk(`${parallel}\n a -> a2 -> join`, {
      script: { a: [slow] },
      commands: [at(10, { kind: 'steer', text: 'be brief', node: 'a2' })],
    });
    expect(run.steps.find(({ steering }) => steering)).toMatchObject({ nodeId: 'a2', steering: ['be brief'] });
  });

  test('one for a node that does not exist is reported', async () => {
    const run = await walk('start -> a -> exit', {
      commands: [at(0, { kind: 'steer', text: 'be brief', node: 'aa' })],
    });
    expect(run.of('RunWarning')).toMatchObject([{ message: 'cannot steer aa: there is no such node' }]);
  });
});

describe('retry a node', () => {
  test('starts its next attempt at once and drops the current one', async () => {
    const run = await walk('start -> a -> exit', {
      script: { a: [{ ...slow, contextUpdates: { by: 'first' } }, { contextUpdates: { by: 'second' } }] },
      commands: [at(400, { kind: 'retry', node: 'a' })],
    });
    expect(run.steps.map(({ key }) => key)).toEqual(['a#1', 'a#1@2']);
    expect(run.context).toMatchObject({ by: 'second' });
    expect(run.durationMs).toBe(400);
  });

  test('also while the node waits for its backoff', async () => {
    const run = await walk('start -> a -> exit\n a [max_retries=1, backoff_policy=patient]', {
      script: { a: ['retry', 'success'] },
      commands: [at(10, { kind: 'retry', node: 'a' })],
    });
    expect(run.state).toBe('completed');
    expect(run.durationMs).toBe(10);
  });

  test('of a fan-out runs all its branches again', async () => {
    const run = await walk(parallel, {
      script: { a: [slow, 'success'] },
      commands: [at(400, { kind: 'retry', node: 'fan' })],
    });
    expect(run.steps.map(({ key }) => key)).toEqual(['fan#1/a/a#1', 'fan#1/b/b#1', 'fan#1@2/a/a#1', 'fan#1@2/b/b#1']);
    expect(run.state).toBe('completed');
  });
});

describe('skip a node', () => {
  test('goes on behind it', async () => {
    const run = await walk('start -> a -> b -> exit', {
      script: { a: [slow] },
      commands: [at(400, { kind: 'skip', node: 'a' })],
    });
    expect(run.visited).toEqual(['start', 'a', 'b', 'exit']);
    expect(run.of('StageCompleted')[1]).toMatchObject({ name: 'a', outcome: { status: 'skipped' } });
    expect(run.durationMs).toBe(400);
  });

  test('a fan-out that is skipped leads to its fan-in, never into a branch', async () => {
    const run = await walk(parallel, {
      script: { a: [slow], b: [slow] },
      commands: [at(400, { kind: 'skip', node: 'fan' })],
    });
    expect(run.visited).toEqual(['start', 'fan', 'join']);
    expect(run.failureReason).toBe('No parallel results to evaluate');
  });

  verifies('defect:skipped-gate-routes', 'a gate that is skipped fails and approves nothing', async () => {
    const run = await walk('start -> gate -> exit\n gate [shape=hexagon]', {
      commands: [at(400, { kind: 'skip', node: 'gate' })],
    });
    expect(run.visited).toEqual(['start', 'gate']);
    expect(run).toMatchObject({ state: 'failed', failureReason: 'skipped by command' });
  });
});

test('a command for a node that is not running changes nothing and is reported', async () => {
  const run = await walk('start -> a -> exit', {
    script: { a: [slow] },
    commands: [at(10, { kind: 'retry', node: 'b' }), at(20, { kind: 'skip', node: 'exit' })],
  });
  expect(run.state).toBe('completed');
  expect(run.of('RunWarning').map(({ message }) => message)).toEqual([
    'cannot retry b: it is not running',
    'cannot skip exit: it is not running',
  ]);
});

test('commands are applied once, in the order of arrival', async () => {
  const run = await walk('start -> a -> b -> exit', {
    script: { a: [slow] },
    commands: ['1', '2', '3', '4'].map((text) => at(10, { kind: 'steer', text })),
  });
  expect(run.steps[1]?.steering).toEqual(['1', '2', '3', '4']);
});
