import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk, type StepSeen } from '../../../test/support/walk.ts';

async function stepAt(node: string, text: string): Promise<StepSeen | undefined> {
  return (await walk(text)).steps.find(({ nodeId }) => nodeId === node);
}

describe('fidelity (5.4)', () => {
  const all =
    'graph [default_fidelity="summary:low"]\n start -> a\n a -> b [fidelity=truncate]\n b -> exit\n b [fidelity="summary:high"]';

  verifies(
    ['fidelity:precedence', 'attr:graph:default_fidelity', 'attr:node:fidelity', 'attr:edge:fidelity'],
    'the edge wins over the node, the node over the graph, and unset is compact',
    async () => {
      expect((await stepAt('b', all))?.fidelity).toBe('truncate');
      expect((await stepAt('b', all.replace(' [fidelity=truncate]', '')))?.fidelity).toBe('summary:high');
      expect((await stepAt('a', all))?.fidelity).toBe('summary:low');
      expect((await stepAt('a', 'start -> a -> exit'))?.fidelity).toBe('compact');
    },
  );

  test('a word that is no mode counts as unset', async () => {
    expect(
      (await stepAt('a', 'graph [default_fidelity=truncate]\n start -> a -> exit\n a [fidelity=most]'))?.fidelity,
    ).toBe('truncate');
  });

  test('after a jump no edge was taken, so the node decides', async () => {
    const run = await walk(
      'start -> a\n a -> b [fidelity=full]\n b -> exit\n a [retry_target=b]\n b [fidelity="summary:low"]',
      {
        script: { a: ['fail'] },
      },
    );
    expect(run.steps[1]).toMatchObject({ nodeId: 'b', fidelity: 'summary:low' });
  });

  test('only full fidelity has a thread', async () => {
    expect(await stepAt('a', 'start -> a -> exit\n a [thread_id=t]')).not.toHaveProperty('thread');
  });
});

describe('threads (5.4)', () => {
  const full = `graph [default_fidelity=full, thread_id=fromGraph]
    start -> prior -> work [thread_id=fromEdge]
    subgraph cluster_x { label="Inner Loop"; work [thread_id=fromNode] }
    work -> exit`;

  verifies(
    ['thread:precedence', 'attr:node:thread_id', 'attr:edge:thread_id'],
    "the node's, the edge's, the graph's, the subgraph's, else the previous node",
    async () => {
      const levels = ['thread_id=fromNode', 'thread_id=fromEdge', ', thread_id=fromGraph', 'label="Inner Loop";'];
      const threads: (string | undefined)[] = [];
      let text = full;
      for (const level of ['', ...levels]) {
        text = text.replace(level, '');
        threads.push((await stepAt('work', text.replaceAll('[]', '')))?.thread);
      }
      expect(threads).toEqual([':fromNode', ':fromEdge', ':fromGraph', ':inner-loop', ':prior']);
    },
  );

  verifies(
    ['thread:branch-scope', 'defect:shared-conversation'],
    'branches never share a thread, whatever they name',
    async () => {
      const run = await walk(`graph [default_fidelity=full, thread_id=one]
      start -> a -> fan -> b -> join -> exit
      fan -> c -> join
      fan [shape=component]
      join [shape=tripleoctagon]`);
      expect(run.steps.map(({ nodeId, thread }) => [nodeId, thread])).toEqual([
        ['a', ':one'],
        ['b', 'fan#1/b:one'],
        ['c', 'fan#1/c:one'],
      ]);
    },
  );

  test('a node that loops keeps its thread', async () => {
    const run = await walk(
      'start -> a\n a -> a [condition="outcome=partial_success", thread_id=t, fidelity=full]\n a -> exit\n a [thread_id=t, fidelity=full]',
      {
        script: { a: ['partial_success', 'success'] },
      },
    );
    expect(run.steps.map(({ thread }) => thread)).toEqual([':t', ':t']);
  });
});
