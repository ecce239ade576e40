import { describe, expect, it } from 'vitest';
import { buildGraph } from './build.ts';
import { commonFanIn } from './fan-in.ts';
import type { Graph } from './graph.ts';

/** Edges as words: `P a, a J`. Ids starting with P are fan-outs, with J fan-ins. */
function meeting(edges: string, fanOut = 'P'): string | undefined {
  const pairs = edges.split(',').map((pair) => pair.trim().split(' ') as [string, string]);
  const graph: Graph = buildGraph({ edges: pairs });
  return commonFanIn(graph, fanOut, (id) =>
    id.startsWith('P') ? 'parallel' : id.startsWith('J') ? 'parallel.fan_in' : 'codergen',
  );
}

describe('the common fan-in of a fan-out (4.8, 4.9)', () => {
  it('is where all branches meet', () => {
    expect(meeting('P a, P b, a J, b c, c J, J end')).toBe('J');
  });

  it('is found for a branch that leads straight to it, and for a single branch', () => {
    expect(meeting('P J, P b, b J')).toBe('J');
    expect(meeting('P a, a J')).toBe('J');
  });

  it('is undefined when one branch cannot reach it, ends, or has no node', () => {
    expect(meeting('P a, P b, a J, b end')).toBeUndefined();
    expect(meeting('P a, P b, a J1, b J2')).toBeUndefined();
    expect(meeting('P a, a b')).toBeUndefined();
    expect(meeting('J a, a P')).toBeUndefined();
  });

  it('belongs to the outer fan-out only outside the inner one', () => {
    const nested = 'P P2, P c, P2 a, P2 b, a J2, b J2, J2 J, c J, J end';
    expect(meeting(nested)).toBe('J');
    expect(meeting(nested, 'P2')).toBe('J2');
  });

  it('is not the one a nested fan-out already uses', () => {
    expect(meeting('P P2, P b, P2 x, P2 y, x J, y J, b J')).toBeUndefined();
  });

  it('is not looked for behind an inner fan-out whose branches never meet', () => {
    expect(meeting('P P2, P c, P2 a, P2 b, a J2, b end, J2 J, c J')).toBeUndefined();
  });

  it('is found through cycles, also one that leads back to the fan-out itself', () => {
    expect(meeting('P a, P b, a a2, a2 a, a2 J, b plan, plan P, b J, J P')).toBe('J');
  });

  it('is the nearest of several, then the first by id', () => {
    expect(meeting('P a, P b, a J2, a x, x J1, b J2, b J1')).toBe('J2');
    expect(meeting('P a, P b, a J2, a J1, b J2, b J1')).toBe('J1');
  });

  it('is found at three levels of nesting listed from the outside in', () => {
    const levels = 'P P2, P a, P2 P3, P2 b, P3 c, P3 d, c J3, d J3, J3 J2, b J2, J2 J1, a J1';
    expect(['P', 'P2', 'P3'].map((id) => meeting(levels, id))).toEqual(['J1', 'J2', 'J3']);
  });
});
