import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from './build.ts';
import { cyclicGroups } from './cycles.ts';
import { createReach } from './reachability.ts';

describe('reach', () => {
  const graph = buildGraph({
    nodes: { a: {}, b: { retry_target: 'd' }, d: { fallback_retry_target: 'nowhere' }, alone: {} },
    edges: [
      ['a', 'b'],
      ['b', 'c'],
    ],
  });

  it('follows edges and retry targets (3.7)', () => {
    expect([...createReach(graph).from(['a', 'unknown'])]).toEqual(['a', 'b', 'd', 'c']);
  });

  it('connects a node to itself only by a way back', () => {
    const reach = createReach(graph);
    expect([
      reach.connects('a', 'd'),
      reach.connects('c', 'a'),
      reach.connects('a', 'a'),
      reach.connects('a', 'unknown'),
    ]).toEqual([true, false, false, false]);
  });
});

describe('cyclic groups', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

  it('hold exactly the nodes that can come back to each other', () => {
    const pairs = fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), { maxLength: 14 });
    fc.assert(
      fc.property(pairs, (edges) => {
        const graph = buildGraph({ nodes: Object.fromEntries(ids.map((id) => [id, {}])), edges });
        const reach = createReach(graph);
        const groups = cyclicGroups(graph);
        const together = (x: string, y: string) => groups.some((group) => group.has(x) && group.has(y));
        for (const x of ids)
          for (const y of ids) expect(together(x, y)).toBe(reach.connects(x, y) && reach.connects(y, x));
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  it('are found in a loop of fifty thousand nodes without recursion', () => {
    const size = 50_000;
    const edges = Array.from({ length: size }, (_, index): [string, string] => [`n${index}`, `n${(index + 1) % size}`]);
    const graph = buildGraph({ edges });
    expect(cyclicGroups(graph).map((group) => group.size)).toEqual([size]);
  });
});
