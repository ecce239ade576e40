import { expect, test } from 'vitest';
import { verifies } from '../../test/support/verifies.ts';
import { buildGraph } from '../language/graph/build.ts';
import { createProgram } from './program.ts';

const start = { shape: 'Mdiamond' };
const exit = { shape: 'Msquare' };

verifies('error:pipeline', 'a graph without start or exit is never walked, whoever made it', () => {
  expect(() => createProgram(buildGraph({ name: 'Open', nodes: { start } }))).toThrow('Open was not validated');
  expect(() => createProgram(buildGraph({ name: 'Lost', nodes: { exit } }))).toThrow('Lost was not validated');
});

test('handlers are looked up once for all, types of the user included', () => {
  const graph = buildGraph({ nodes: { start, exit, own: { type: 'deploy' }, ours: { shape: 'diamond' } } });
  const program = createProgram(graph, new Map(), new Set(['deploy']));
  expect(['start', 'own', 'ours', 'nobody'].map(program.handlerOf)).toEqual([
    'start',
    'deploy',
    'conditional',
    'codergen',
  ]);
});
