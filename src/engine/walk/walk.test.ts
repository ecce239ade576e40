import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk, walkGraph } from '../../../test/support/walk.ts';
import type { WalkEvent } from '../../contract/event.ts';
import { buildGraph } from '../../language/graph/build.ts';

const linear = 'start -> a -> b -> exit';

function types(events: readonly WalkEvent[]): readonly string[] {
  return events.map((event) =>
    'name' in event && event.type.startsWith('Stage') ? `${event.type} ${event.name}` : event.type,
  );
}

describe('the core loop (3.2)', () => {
  verifies(
    ['walk:loop', 'parity:run-linear', 'walk:checkpoint-each-node'],
    'each node runs, is recorded, checkpointed and left before the next one starts',
    async () => {
      const { events } = await walk('start -> a -> exit');
      expect(types(events)).toEqual([
        'PipelineStarted',
        'StageStarted start',
        'StageCompleted start',
        'CheckpointSaved',
        'StageStarted a',
        'StageCompleted a',
        'CheckpointSaved',
        'StageStarted exit',
        'StageCompleted exit',
        'CheckpointSaved',
        'PipelineCompleted',
      ]);
    },
  );

  verifies(
    'walk:start-node',
    'the walk begins at the start node, found by shape, else by the ids start and Start',
    async () => {
      const byShape = await walk('digraph G { begin [shape=Mdiamond]; end [shape=Msquare]; begin -> start -> end }');
      expect(byShape.visited).toEqual(['begin', 'start', 'end']);
      expect((await walk('digraph G { start -> work -> exit }')).visited).toEqual(['start', 'work', 'exit']);
      expect((await walk('digraph G { Start -> work -> end }')).visited).toEqual(['Start', 'work', 'end']);
    },
  );

  verifies('walk:terminal', 'reaching the exit ends the run with success', async () => {
    const run = await walk(linear);
    expect(run.state).toBe('completed');
    expect(run.visited.at(-1)).toBe('exit');
  });

  verifies(
    ['walk:no-edge-success', 'outcome:success'],
    'a node that succeeded and has no eligible edge ends the run with success, and a warning',
    async () => {
      const run = await walk('start -> a\n a -> b [condition="outcome=fail"]');
      expect(run.state).toBe('completed');
      expect(run.of('RunWarning')).toEqual([
        { type: 'RunWarning', message: 'the walk ended at a without reaching the exit' },
      ]);
    },
  );

  verifies('walk:single-threaded', 'at the top level one node runs at a time', async () => {
    const running = new Set<string>();
    const run = await walk(linear);
    for (const event of run.events) {
      if (event.type === 'StageStarted') running.add(event.name);
      if (event.type === 'StageCompleted') running.delete(event.name);
      expect(running.size).toBeLessThanOrEqual(1);
    }
  });

  verifies(['parity:run-branching', 'outcome:fail'], 'both ways of a condition are walked', async () => {
    const text =
      'start -> a\n a -> good [condition="outcome=success"]\n a -> bad [condition="outcome=fail"]\n good -> exit\n bad -> exit';
    expect((await walk(text)).visited).toEqual(['start', 'a', 'good', 'exit']);
    expect((await walk(text, { script: { a: ['fail'] } })).visited).toEqual(['start', 'a', 'bad', 'exit']);
  });

  verifies('parity:ten-nodes', 'a pipeline of more than ten nodes completes', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `n${index}`);
    const run = await walk(`start -> ${ids.join(' -> ')} -> exit`);
    expect(run.visited).toEqual(['start', ...ids, 'exit']);
  });

  test('nodes may be called like the members of every object', async () => {
    const ids = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
    const run = await walk(`graph [default_max_retries=1]\n start -> ${ids.join(' -> ')} -> exit`, {
      script: {
        ['constructor']: ['retry', 'success'] as const,
        ['toString']: [{ contextUpdates: JSON.parse('{"__proto__": "mine"}') }],
      },
    });
    expect(run.visited).toEqual([
      'start',
      'constructor',
      'constructor',
      '__proto__',
      'toString',
      'hasOwnProperty',
      'exit',
    ]);
    expect(Object.entries(run.context)).toContainEqual(['__proto__', 'mine']);
  });

  test('ids like the members of every object survive a restart', async () => {
    const run = await walk(
      'start -> __proto__\n __proto__ -> __proto__ [condition="context.again=yes", loop_restart=true]\n __proto__ -> exit',
      {
        script: { ['__proto__']: [] },
        inputs: { again: 'yes' },
      },
    );
    expect(run.of('PipelineRestarted')).toHaveLength(10);
    expect(run.steps.at(-1)?.key).toBe('__proto__#11');
  });
});

describe('the context (3.1, 5.1)', () => {
  verifies(
    ['run:graph-mirrored', 'context:key:graph.goal', 'attr:graph:goal'],
    "the graph's attributes stand under graph. before the first node",
    async () => {
      const run = await walk(`graph [goal="Ship it", label="Release", default_max_retries=2]\n${linear}`);
      expect(run.steps[0]?.context).toMatchObject({
        'graph.goal': 'Ship it',
        'graph.label': 'Release',
        'graph.default_max_retries': 2,
      });
    },
  );

  verifies('context:inputs', 'inputs stand under their own key', async () => {
    const run = await walk(linear, { inputs: { pr_number: '123' } });
    expect(run.steps[0]?.context).toMatchObject({ pr_number: '123' });
    expect(run.context).toMatchObject({ pr_number: '123' });
  });

  verifies(
    ['parity:context-visible', 'walk:context-updates'],
    'updates of one node are visible to the next',
    async () => {
      const run = await walk(linear, { script: { a: [{ contextUpdates: { answer: 42 } }] } });
      expect(run.steps[1]?.context).toMatchObject({ answer: 42 });
    },
  );

  verifies(['context:key:outcome', 'walk:outcome-key'], 'outcome is the last status, in lower case', async () => {
    const run = await walk('start -> a -> b -> exit\n', { script: { a: ['partial_success'] } });
    expect(run.steps[0]?.context).toMatchObject({ outcome: 'success' });
    expect(run.steps[1]?.context).toMatchObject({ outcome: 'partial_success' });
  });

  verifies(
    ['context:key:preferred_label', 'walk:outcome-key'],
    'preferred_label is the last one a node gave',
    async () => {
      const run = await walk('start -> a -> b -> c -> exit', { script: { a: [{ preferredLabel: 'Fix' }] } });
      expect(run.steps.map(({ context }) => context['preferred_label'])).toEqual([undefined, 'Fix', 'Fix']);
    },
  );

  test('the condition key preferred_label speaks of the node just executed only (10.4)', async () => {
    const run = await walk('start -> a -> b\n b -> wrong [condition="preferred_label=Fix"]\n b -> exit', {
      script: { a: [{ preferredLabel: 'Fix' }] },
    });
    expect(run.visited).toEqual(['start', 'a', 'b', 'exit']);
  });

  verifies('context:key:current_node', 'current_node is the node being executed', async () => {
    const run = await walk(linear);
    expect(run.steps.map(({ context }) => context['current_node'])).toEqual(['a', 'b']);
  });

  verifies('context:reserved-keys', 'a step that sets a key of the engine fails', async () => {
    for (const key of ['internal.x', 'graph.goal', 'parallel.results', 'stack.child.status', 'human.gate.selected']) {
      const run = await walk(linear, { script: { a: [{ contextUpdates: { [key]: 'forged' } }] } });
      expect(run.failureReason).toBe(`a: context key "${key}" is reserved for the engine`);
      expect(Object.values(run.context)).not.toContain('forged');
    }
  });

  test('the final context is without internal keys', async () => {
    const run = await walk(`graph [default_max_retries=1]\n${linear}`, { script: { a: ['retry', 'success'] } });
    expect(Object.keys(run.context).filter((key) => key.startsWith('internal.'))).toEqual([]);
  });

  verifies(
    'durability:R6:condition-on-blob',
    'a condition on a value that is a blob does not hold and is reported',
    async () => {
      const report = { $blob: 'ab'.repeat(32), bytes: 90_000 };
      const run = await walk('start -> a\n a -> b [condition="context.report!=short"]\n a -> exit', {
        script: { a: [{ contextUpdates: { report } }] },
      });
      expect(run.visited).toEqual(['start', 'a', 'exit']);
      expect(run.of('RunWarning').map(({ message }) => message)).toEqual([
        'condition "context.report!=short": the value of report is too large to compare',
      ]);
    },
  );

  test('a condition that cannot be read never holds, and is reported once', async () => {
    const graph = buildGraph({
      nodes: { start: { shape: 'Mdiamond' }, exit: { shape: 'Msquare' } },
      edges: [
        ['start', 'a'],
        ['a', 'b', { condition: 'outcome ==== ???' }],
        ['a', 'a', { condition: 'outcome ==== ???' }],
        ['a', 'exit'],
      ],
    });
    const run = await walkGraph(graph);
    expect(run.visited).toEqual(['start', 'a', 'exit']);
    expect(run.of('RunWarning')).toHaveLength(1);
  });
});

describe('outcomes (5.2)', () => {
  verifies('outcome:partial-success', 'PARTIAL_SUCCESS goes on and keeps its own word in conditions', async () => {
    const run = await walk(
      'start -> a\n a -> b [condition="outcome=success"]\n a -> c [condition="outcome=partial_success"]\n c -> exit',
      {
        script: { a: ['partial_success'] },
      },
    );
    expect(run.visited).toEqual(['start', 'a', 'c', 'exit']);
  });

  verifies('outcome:skipped', 'SKIPPED goes on and leaves the recorded outcome as it was', async () => {
    const run = await walk(
      'start -> a -> b -> c\n b -> wrong [condition="outcome=success"]\n c -> exit [condition="outcome=success"]',
      {
        script: { a: ['partial_success'], b: ['skipped'] },
      },
    );
    expect(run.visited).toEqual(['start', 'a', 'b', 'c', 'exit']);
    expect(run.steps.find(({ nodeId }) => nodeId === 'c')?.context).toMatchObject({ outcome: 'partial_success' });
  });

  verifies(
    ['outcome:failure-reason', 'defect:event-data-lost'],
    'the reason of a failure reaches the events and the result',
    async () => {
      const run = await walk('graph [default_max_retries=1]\n start -> a -> exit', {
        script: {
          a: [
            { status: 'retry', failureReason: 'HTTP 503' },
            { status: 'fail', failureReason: 'no such model' },
          ],
        },
      });
      expect(run.of('StageFailed').map(({ error, willRetry, attempt }) => [error, willRetry, attempt])).toEqual([
        ['HTTP 503', true, 1],
        ['no such model', false, 2],
      ]);
      expect(run.failureReason).toBe('no such model');
    },
  );

  test('updates of a failed node count too', async () => {
    const run = await walk('start -> a\n a -> b [condition="outcome=fail"]\n b -> exit', {
      script: { a: [{ status: 'fail', contextUpdates: { log: 'half done' } }] },
    });
    expect(run.steps[1]?.context).toMatchObject({ log: 'half done' });
  });
});

describe('events (9.6)', () => {
  verifies('event:PipelineStarted', 'PipelineStarted opens the stream with name, id and goal', async () => {
    const run = await walk('digraph Demo { goal="g"; start -> exit }', { runId: 'run-7' });
    expect(run.events[0]).toEqual({ type: 'PipelineStarted', name: 'Demo', id: 'run-7', goal: 'g' });
  });

  verifies(
    'event:PipelineCompleted',
    'PipelineCompleted ends a successful run with duration and artifact count',
    async () => {
      const run = await walk(linear, { script: { a: [{ durationMs: 250 }] } });
      expect(run.events.at(-1)).toEqual({ type: 'PipelineCompleted', durationMs: 250, artifactCount: 0 });
    },
  );

  verifies('event:PipelineFailed', 'PipelineFailed ends a failed run with error and duration', async () => {
    const run = await walk(linear, { script: { a: [{ status: 'fail', failureReason: 'broken', durationMs: 5 }] } });
    expect(run.events.at(-1)).toEqual({ type: 'PipelineFailed', error: 'broken', durationMs: 5 });
  });

  verifies(
    ['event:StageStarted', 'event:StageCompleted'],
    'StageStarted and StageCompleted carry name, index and duration',
    async () => {
      const run = await walk(linear, {
        script: { a: [{ durationMs: 30, usage: { inputTokens: 1, outputTokens: 2 } }] },
      });
      const place = { name: 'a', scope: '', index: 1, visit: 1, attempt: 1 };
      expect(run.of('StageStarted')[1]).toEqual({ type: 'StageStarted', handler: 'codergen', ...place });
      expect(run.of('StageCompleted')[1]).toEqual({
        type: 'StageCompleted',
        ...place,
        durationMs: 30,
        outcome: { status: 'success' },
        usage: { inputTokens: 1, outputTokens: 2 },
      });
    },
  );

  verifies(
    ['event:StageFailed', 'event:StageRetrying'],
    'StageFailed says whether it is tried again, StageRetrying when',
    async () => {
      const run = await walk('graph [default_max_retries=1]\n start -> a -> exit\n a [backoff_jitter=false]', {
        script: { a: ['retry', 'fail'] },
      });
      expect(run.of('StageFailed')).toMatchObject([
        { name: 'a', index: 1, attempt: 1, error: 'a said retry', willRetry: true },
        { name: 'a', index: 2, attempt: 2, error: 'a said fail', willRetry: false },
      ]);
      expect(run.of('StageRetrying')).toEqual([
        { type: 'StageRetrying', name: 'a', scope: '', index: 1, visit: 1, attempt: 2, delayMs: 200 },
      ]);
    },
  );

  verifies('event:CheckpointSaved', 'CheckpointSaved names the node just left, the next one and why', async () => {
    const run = await walk('start -> a\n a -> b [condition="outcome=fail"]\n b -> exit', { script: { a: ['fail'] } });
    expect(run.of('CheckpointSaved').map(({ nodeId, next, reason }) => [nodeId, next, reason])).toEqual([
      ['start', 'a', 'only_edge'],
      ['a', 'b', 'condition'],
      ['b', 'exit', 'only_edge'],
      ['exit', undefined, 'exit'],
    ]);
  });

  test('every route tells by which rule it was found', async () => {
    const reasons = async (edges: string, reply: object = {}): Promise<string | undefined> =>
      (await walk(`start -> a\n ${edges}`, { script: { a: [reply] } })).of('CheckpointSaved')[1]?.reason;
    expect(await reasons('a -> b\n a -> c [weight=1]')).toBe('weight');
    expect(await reasons('a -> b\n a -> c')).toBe('lexical');
    expect(await reasons('a -> b\n a -> c [label=L]', { preferredLabel: 'L' })).toBe('preferred_label');
    expect(await reasons('a -> b\n a -> c', { suggestedNextIds: ['c'] })).toBe('suggested_id');
    expect(await reasons('a [retry_target=b]\n a -> b', { status: 'fail' })).toBe('retry_target');
    expect(await reasons('a [fallback_retry_target=b]\n a -> b', { status: 'fail' })).toBe('fallback_retry_target');
  });

  test('a checkpoint holds what the engine set since the last one, and no more', async () => {
    const run = await walk('graph [goal="g"]\n start -> a -> b -> exit', {
      script: { a: [{ contextUpdates: { big: 'x'.repeat(1_000) } }] },
    });
    expect(run.of('CheckpointSaved').map(({ context }) => context)).toEqual([{ 'graph.goal': 'g' }, {}, {}, {}]);
  });
});
