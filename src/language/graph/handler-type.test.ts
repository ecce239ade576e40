import { expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { validate } from '../lint/validate.ts';
import { buildGraph } from './build.ts';
import { handlerTypeOf, shapeToHandler } from './handler-type.ts';

/** The handler of a node `work` with these attributes, in a graph that has start and exit. */
function typeOf(attributes: Readonly<Record<string, string>>, custom: readonly string[] = []): string {
  const graph = buildGraph({
    nodes: { begin: { shape: 'Mdiamond' }, done: { shape: 'Msquare' }, work: attributes },
  });
  return handlerTypeOf(graph, graph.nodes.get('work')!, new Set(custom));
}

verifies(
  [
    'attr:node:shape',
    'shape:Mdiamond',
    'shape:Msquare',
    'shape:box',
    'shape:hexagon',
    'shape:diamond',
    'shape:component',
    'shape:tripleoctagon',
    'shape:parallelogram',
    'shape:house',
  ],
  'every shape of 2.8 has its handler, and there are no others',
  () => {
    const table = {
      Mdiamond: 'start',
      Msquare: 'exit',
      box: 'codergen',
      hexagon: 'wait.human',
      diamond: 'conditional',
      component: 'parallel',
      tripleoctagon: 'parallel.fan_in',
      parallelogram: 'tool',
      house: 'stack.manager_loop',
    };
    expect(Object.fromEntries(Object.keys(table).map((shape) => [shape, typeOf({ shape })]))).toEqual(table);
    expect([...shapeToHandler.keys()]).toEqual(Object.keys(table));
  },
);

verifies(
  ['attr:node:shape', 'shape:default'],
  'without a shape a node is a box, with an unknown one an agent task that is warned of',
  () => {
    expect(typeOf({})).toBe('codergen');
    expect(typeOf({ shape: '' })).toBe('codergen');
    expect(typeOf({ shape: 'star' })).toBe('codergen');
    const rules = validate(buildGraph({ nodes: { work: { shape: 'star' } } })).flatMap(({ rule, severity, node }) =>
      node === 'work' ? [`${severity} ${rule}`] : [],
    );
    expect(rules).toContain('warning unknown_shape');
  },
);

verifies('attr:node:type', 'a known type wins over the shape, an unknown one does not', () => {
  expect(typeOf({ type: 'wait.human', shape: 'diamond' })).toBe('wait.human');
  expect(typeOf({ type: 'deploy', shape: 'diamond' }, ['deploy'])).toBe('deploy');
  expect(typeOf({ type: 'deploy', shape: 'diamond' })).toBe('conditional');
});

test('ids make a start or an exit only where no node has the shape', () => {
  const byId = buildGraph({ nodes: { Start: {}, end: {} } });
  expect([...byId.nodes.values()].map((node) => handlerTypeOf(byId, node))).toEqual(['start', 'exit']);
  const byShape = buildGraph({ nodes: { start: {}, exit: {}, a: { shape: 'Mdiamond' }, b: { shape: 'Msquare' } } });
  expect([...byShape.nodes.values()].map((node) => handlerTypeOf(byShape, node))).toEqual([
    'codergen',
    'codergen',
    'start',
    'exit',
  ]);
});
