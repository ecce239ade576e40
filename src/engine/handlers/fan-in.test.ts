import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk, type Reply, type Walked } from '../../../test/support/walk.ts';

async function joined(script: Readonly<Record<string, readonly Reply[]>>, attributes = ''): Promise<Walked> {
  return walk(
    `start -> fan
     fan [shape=component]
     join [shape=tripleoctagon${attributes}]
     fan -> b -> join
     fan -> a -> join
     fan -> c -> join
     join -> exit`,
    { script },
  );
}

const best = (run: Walked) => [run.context['parallel.fan_in.best_id'], run.context['parallel.fan_in.best_outcome']];
const scored = (score: number, status: 'success' | 'partial_success' = 'success') => [
  { status, contextUpdates: { score } },
];

describe('without a prompt (4.9)', () => {
  verifies(
    ['fan-in:heuristic', 'fan-in:context'],
    'the best status wins, then the highest score, then the first id',
    async () => {
      expect(best(await joined({}))).toEqual(['a', 'success']);
      expect(best(await joined({ a: scored(1), b: scored(3), c: scored(2) }))).toEqual(['b', 'success']);
      expect(best(await joined({ a: scored(9, 'partial_success'), b: scored(1), c: scored(2) }))).toEqual([
        'c',
        'success',
      ]);
      expect(best(await joined({ a: ['fail'], b: scored(5), c: scored(5) }))).toEqual(['b', 'success']);
      expect(best(await joined({ a: ['fail'], b: ['fail'], c: ['partial_success'] }))).toEqual([
        'c',
        'partial_success',
      ]);
    },
  );

  test('a score written as text counts, and one that is no number does not', async () => {
    const script = { a: [{ contextUpdates: { score: 'high' } }], b: [{ contextUpdates: { score: '0.5' } }] };
    expect(best(await joined(script))).toEqual(['b', 'success']);
  });

  verifies('fan-in:some-failed', 'it succeeds while at least one branch is left', async () => {
    const run = await joined({ a: ['fail'], b: ['fail'] });
    expect(run.state).toBe('completed');
    expect(run.of('StageCompleted').find(({ name }) => name === 'join')?.outcome.notes).toBe(
      'Selected best candidate: c',
    );
  });

  verifies('fan-in:all-failed', 'it fails when all branches failed', async () => {
    const run = await joined({ a: ['fail'], b: ['fail'], c: ['fail'] });
    expect(run).toMatchObject({ state: 'failed', failureReason: 'all candidates failed' });
  });

  verifies('fan-in:no-results', 'a fan-in without results fails', async () => {
    const run = await walk('start -> join -> exit\n join [shape=tripleoctagon]');
    expect(run).toMatchObject({ state: 'failed', failureReason: 'No parallel results to evaluate' });
  });

  test('results that are not what a fan-out writes are none', async () => {
    const run = await walk('start -> join -> exit\n join [shape=tripleoctagon]', {
      inputs: { 'parallel.results': ['a', null, { x: 1 }] },
    });
    expect(run.failureReason).toBe('No parallel results to evaluate');
  });

  test('the failure of another node than the fan-out is not its own', async () => {
    const run = await walk(
      `start -> fan
       fan [shape=component]
       join [shape=tripleoctagon]
       fan -> a -> join
       join -> synth -> exit
       synth [retry_target=join]`,
      { script: { synth: ['fail', 'success'] } },
    );
    expect(run.visited).toEqual(['start', 'fan', 'join', 'synth', 'join', 'synth', 'exit']);
  });
});

describe('with a prompt (4.9)', () => {
  const prompt = ', prompt="Choose the safest"';
  const choosing = (id: string): Reply => ({
    contextUpdates: {
      'parallel.fan_in.best_id': id,
      'parallel.fan_in.best_outcome': 'success',
      last_response: `I choose ${id}`,
    },
  });

  verifies(
    ['fan-in:prompt', 'defect:fan-in-model-crash'],
    'the agent chooses among the branches that are left, best first',
    async () => {
      const run = await joined({ a: scored(1), b: ['fail'], c: scored(2), join: [choosing('a')] }, prompt);
      expect(run.steps.find(({ nodeId }) => nodeId === 'join')).toMatchObject({
        key: 'join#1',
        handler: 'parallel.fan_in',
        candidates: ['c', 'a'],
      });
      expect(best(run)).toEqual(['a', 'success']);
      expect(run.context).toMatchObject({ last_response: 'I choose a' });
    },
  );

  verifies('fan-in:prompt', 'an answer that names none of them fails the fan-in', async () => {
    expect((await joined({ b: ['fail'], join: [choosing('b')] }, prompt)).failureReason).toBe(
      '"b" is none of the candidates',
    );
    expect((await joined({ join: ['success'] }, prompt)).failureReason).toBe('"" is none of the candidates');
  });

  test('RETRY of the agent is tried again', async () => {
    const run = await joined({ join: ['retry', choosing('c')] }, `${prompt}, max_retries=1`);
    expect(best(run)).toEqual(['c', 'success']);
  });

  test('the agent cannot set other keys of the engine', async () => {
    const forged = { contextUpdates: { 'parallel.fan_in.best_id': 'a', 'graph.goal': 'forged' } };
    expect((await joined({ join: [forged] }, prompt)).failureReason).toContain('"graph.goal" is reserved');
  });

  test('no agent is asked when the fan-out failed', async () => {
    const run = await walk(
      `start -> fan
       fan [shape=component, error_policy=fail_fast]
       join [shape=tripleoctagon${prompt}]
       fan -> a -> join
       fan -> b -> join
       join -> exit`,
      { script: { a: ['fail'], b: [{ durationMs: 9 }] } },
    );
    expect(run.steps.map(({ nodeId }) => nodeId)).toEqual(['a', 'b']);
    expect(run.failureReason).toBe('branch a failed: a said fail');
  });
});
