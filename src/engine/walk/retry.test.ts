import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { graphOf, walk, type Reply, type Walked } from '../../../test/support/walk.ts';
import { retryDelayMs, retryPolicyOf, retryPresets } from './retry.ts';

const onlyRetry: readonly Reply[] = ['retry'];

function executions(run: Walked, node = 'work'): number {
  return run.steps.filter((step) => step.nodeId === node).length;
}

function delays(run: Walked): readonly number[] {
  return run.of('StageRetrying').map(({ delayMs }) => delayMs);
}

/** A pipeline of one node `work` with these attributes, in a graph with these. */
const one = (work: string, graph = ''): string => `graph [goal="g"${graph}]\n start -> work -> exit\n work [${work}]`;

describe('attempts (3.5)', () => {
  verifies(
    ['retry:count', 'parity:run-retry', 'attr:node:max_retries'],
    'max_retries counts further attempts, so 3 means 4 executions',
    async () => {
      const run = await walk(one('max_retries=3'), { script: { work: onlyRetry } });
      expect(executions(run)).toBe(4);
      expect(run.steps.map(({ attempt, key }) => [attempt, key])).toEqual([
        [1, 'work#1'],
        [2, 'work#1@2'],
        [3, 'work#1@3'],
        [4, 'work#1@4'],
      ]);
    },
  );

  verifies(
    ['retry:default', 'attr:graph:default_max_retries', 'attr:graph:default_max_retry'],
    "the node's count wins over the graph's, whose old name counts too; with neither there is no retry",
    async () => {
      const script = { work: onlyRetry };
      expect(executions(await walk(one('max_retries=1', ', default_max_retries=3'), { script }))).toBe(2);
      expect(executions(await walk(one('max_retries=0', ', default_max_retries=3'), { script }))).toBe(1);
      expect(executions(await walk(one('label=w', ', default_max_retries=3'), { script }))).toBe(4);
      expect(executions(await walk(one('label=w', ', default_max_retry=2'), { script }))).toBe(3);
      expect(executions(await walk(one('label=w'), { script }))).toBe(1);
    },
  );

  verifies(['retry:on-retry-status', 'outcome:retry'], 'RETRY is executed again until it succeeds', async () => {
    const run = await walk(one('max_retries=5'), { script: { work: ['retry', 'retry', 'success'] } });
    expect(executions(run)).toBe(3);
    expect(run.state).toBe('completed');
  });

  verifies('retry:fail-is-final', 'FAIL is never executed again', async () => {
    const run = await walk(one('max_retries=5'), { script: { work: ['fail', 'success'] } });
    expect(executions(run)).toBe(1);
    expect(run.state).toBe('failed');
  });

  verifies('retry:exhausted', 'RETRY with no attempt left becomes FAIL, and takes the failure route', async () => {
    const script = { work: [{ status: 'retry', failureReason: 'HTTP 529' } as const] };
    const run = await walk(one('max_retries=1'), { script });
    expect(run.failureReason).toBe('max retries exceeded: HTTP 529');
    const routed = await walk(`${one('max_retries=1')}\n work -> rescue [condition="outcome=fail"]\n rescue -> exit`, {
      script,
    });
    expect(routed.visited).toEqual(['start', 'work', 'work', 'rescue', 'exit']);
  });

  verifies(
    ['retry:allow-partial', 'attr:node:allow_partial', 'outcome:partial-success'],
    'with allow_partial it becomes PARTIAL_SUCCESS and goes on',
    async () => {
      const run = await walk(one('max_retries=1, allow_partial=true'), { script: { work: onlyRetry } });
      expect(run.state).toBe('completed');
      expect(run.of('StageCompleted').find(({ name }) => name === 'work')?.outcome).toEqual({
        status: 'partial_success',
        notes: 'retries exhausted, partial accepted: work said retry',
      });
    },
  );

  verifies(
    ['retry:counter-reset', 'context:key:retry_count'],
    'the retry counter stands in the context and is set back by a success',
    async () => {
      const seen = await walk(one('max_retries=3'), { script: { work: ['retry', 'retry', 'success'] } });
      expect(seen.steps.map(({ context }) => context['internal.retry_count.work'])).toEqual([undefined, 1, 2]);
      const recorded = seen.of('CheckpointSaved').find(({ nodeId }) => nodeId === 'work');
      expect(recorded?.context).toMatchObject({ 'internal.retry_count.work': 0 });
      expect(seen.context).not.toHaveProperty(['internal.retry_count.work']);
    },
  );

  test('each visit has all its attempts anew', async () => {
    const run = await walk(
      'start -> work -> again\n again -> work [condition="context.n!=2"]\n again -> exit\n work [max_retries=1]',
      {
        script: { work: ['retry', 'success'], again: [{ contextUpdates: { n: 1 } }, { contextUpdates: { n: 2 } }] },
      },
    );
    expect(run.steps.map(({ key }) => key)).toEqual(['work#1', 'work#1@2', 'again#1', 'work#2', 'again#2']);
  });
});

describe('delays (3.6)', () => {
  const presets = [
    ['none', 1, []],
    ['standard', 5, [200, 400, 800, 1600]],
    ['aggressive', 5, [500, 1000, 2000, 4000]],
    ['linear', 3, [500, 500]],
    ['patient', 3, [2000, 6000]],
  ] as const;

  async function withPreset(name: string): Promise<Walked> {
    return walk(one(`backoff_policy=${name}, backoff_jitter=false`), { script: { work: onlyRetry } });
  }

  verifies('retry:preset:none', 'preset none: one attempt', async () => {
    expect(executions(await withPreset('none'))).toBe(1);
  });

  verifies('retry:preset:standard', 'preset standard: 5 attempts, 200 to 1600 ms', async () => {
    expect(delays(await withPreset('standard'))).toEqual([200, 400, 800, 1600]);
  });

  verifies('retry:preset:aggressive', 'preset aggressive: 5 attempts, 500 to 4000 ms', async () => {
    expect(delays(await withPreset('aggressive'))).toEqual([500, 1000, 2000, 4000]);
  });

  verifies('retry:preset:linear', 'preset linear: 3 attempts, 500 ms each time', async () => {
    expect(delays(await withPreset('linear'))).toEqual([500, 500]);
  });

  verifies('retry:preset:patient', 'preset patient: 3 attempts, 2 and 6 s', async () => {
    expect(delays(await withPreset('patient'))).toEqual([2000, 6000]);
  });

  test('the presets of the text are all there are', () => {
    expect([...retryPresets.keys()]).toEqual(presets.map(([name]) => name));
    for (const [name, attempts] of presets) expect(retryPresets.get(name)?.maxAttempts).toBe(attempts);
  });

  test('max_retries decides the attempts of a preset, and the preset the delays', async () => {
    const run = await walk(one('max_retries=1, backoff_policy=patient, backoff_jitter=false'), {
      script: { work: onlyRetry },
    });
    expect(delays(run)).toEqual([2000]);
  });

  test("a node's policy wins over the graph's", () => {
    const graph = graphOf(one('backoff_policy=linear', ', backoff_policy=patient'));
    const work = graph.nodes.get('work');
    const start = graph.nodes.get('start');
    expect(work && retryPolicyOf(graph, work)).toMatchObject({ maxAttempts: 3, backoff: { initialDelayMs: 500 } });
    expect(start && retryPolicyOf(graph, start)).toMatchObject({ maxAttempts: 3, backoff: { initialDelayMs: 2000 } });
  });

  verifies('retry:delay', 'the delay grows by the factor up to 60 s', async () => {
    const run = await walk(one('max_retries=11, backoff_jitter=false'), { script: { work: onlyRetry } });
    expect(delays(run)).toEqual([200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60_000, 60_000]);
    expect(run.durationMs).toBe(delays(run).reduce((sum, delay) => sum + delay, 0));
  });

  verifies(
    'retry:jitter',
    'jitter spreads the delay over 0.5 to 1.5, equally for the same run and attempt',
    async () => {
      const backoff = { initialDelayMs: 1000, factor: 2, maxDelayMs: 60_000, jitter: true };
      expect(retryDelayMs(1, backoff, '00000000')).toBe(500);
      expect(retryDelayMs(1, backoff, 'ffffffff')).toBe(1500);
      const delaysOf = async (runId: string): Promise<readonly number[]> =>
        delays(await walk(one('max_retries=4'), { script: { work: onlyRetry }, runId }));
      expect(await delaysOf('run-1')).toEqual(await delaysOf('run-1'));
      expect(await delaysOf('run-1')).not.toEqual(await delaysOf('run-2'));
    },
  );

  test('an absurd number of retries waits no longer than the cap', () => {
    expect(retryDelayMs(5_000, { initialDelayMs: 1, factor: 10, maxDelayMs: 60_000, jitter: false }, '0')).toBe(60_000);
  });
});
