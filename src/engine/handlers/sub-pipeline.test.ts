import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk, type Walked, type WalkSetup } from '../../../test/support/walk.ts';

const child = 'start -> look -> judge -> exit';

async function including(attributes: string, setup: WalkSetup = {}): Promise<Walked> {
  return walk(
    `start -> before -> sub -> after -> exit
     sub [type=sub_pipeline, sub_pipeline.dotfile="child.dot"${attributes}]`,
    { children: { 'child.dot': child }, ...setup },
  );
}

describe('sub-pipelines (9.4)', () => {
  verifies('composition:sub-pipeline', 'a node runs a whole child pipeline and takes its outcome', async () => {
    const run = await including('');
    expect(run.steps.map(({ nodeId }) => nodeId)).toEqual(['before', 'look', 'judge', 'after']);
    expect(run.of('StageCompleted').find(({ name }) => name === 'sub')?.outcome).toMatchObject({
      status: 'success',
      notes: 'Sub-pipeline child.dot completed',
    });
  });

  verifies('composition:sub-pipeline', 'a child that failed fails the node with its reason', async () => {
    const run = await including('', { script: { judge: [{ status: 'fail', failureReason: 'too weak' }] } });
    expect(run).toMatchObject({ state: 'failed', failureReason: 'too weak', visited: ['start', 'before', 'sub'] });
  });

  test('the child begins with the context of its parent, without what belongs to the engine', async () => {
    const run = await including('', {
      script: { before: [{ contextUpdates: { found: [1] } }] },
      inputs: { ticket: '7' },
    });
    expect(run.steps[1]?.context).toEqual({
      ticket: '7',
      found: [1],
      'graph.goal': '',
      outcome: 'success',
      current_node: 'look',
    });
  });

  test('only the listed keys of the child come back', async () => {
    const script = { judge: [{ contextUpdates: { verdict: 'good', secret: 'x', 'work.item': 3 } }] };
    const run = await including(', sub_pipeline.outputs="verdict, work.item, never_set"', { script });
    expect(run.context).toMatchObject({ verdict: 'good', 'work.item': 3 });
    expect(run.context).not.toHaveProperty('secret');
    expect(run.context).not.toHaveProperty('never_set');
  });

  test('a child cannot bring back keys of the engine', async () => {
    const run = await including(', sub_pipeline.outputs="verdict,graph.goal"');
    expect(run.failureReason).toBe('sub_pipeline.outputs of sub: context key "graph.goal" is reserved for the engine');
    expect(run.steps.map(({ nodeId }) => nodeId)).toEqual(['before']);
  });

  test('a child that is not there fails the node', async () => {
    expect((await walk('start -> sub -> exit\n sub [type=sub_pipeline]')).failureReason).toBe(
      'No sub_pipeline.dotfile specified',
    );
    const unknown = await walk('start -> sub -> exit\n sub [type=sub_pipeline, sub_pipeline.dotfile="x.dot"]');
    expect(unknown.failureReason).toBe('sub_pipeline.dotfile of sub: x.dot is not part of this run');
  });

  test('children of children, retries of the node and branches work', async () => {
    const run = await walk(
      `start -> fan
       fan [shape=component]
       join [shape=tripleoctagon]
       fan -> one -> join
       fan -> two -> join
       join -> exit
       one [type=sub_pipeline, sub_pipeline.dotfile="outer.dot", sub_pipeline.outputs=verdict]
       two [type=sub_pipeline, sub_pipeline.dotfile="inner.dot", retry_target=two]`,
      {
        children: {
          'outer.dot':
            'start -> deeper -> exit\n deeper [type=sub_pipeline, sub_pipeline.dotfile="inner.dot", sub_pipeline.outputs=verdict]',
          'inner.dot': 'start -> judge -> exit',
        },
        script: { judge: [{ contextUpdates: { verdict: 'good' } }] },
      },
    );
    expect(run.context['parallel.results']).toMatchObject([
      { id: 'one', contextUpdates: { verdict: 'good' } },
      { id: 'two', contextUpdates: {} },
    ]);
  });

  verifies('defect:duration-units', 'a child that takes longer than the timeout of its node is ended', async () => {
    const run = await including(', timeout=500ms', { script: { look: [{ durationMs: 60_000 }] } });
    expect(run).toMatchObject({ state: 'failed', failureReason: 'timed out after 500 ms', durationMs: 500 });
  });

  test('a gate in a child makes the run wait', async () => {
    const run = await including('', { children: { 'child.dot': 'start -> ask -> exit\n ask [shape=hexagon]' } });
    expect(run.state).toBe('waiting');
    expect(run.questions).toHaveLength(1);
  });
});
