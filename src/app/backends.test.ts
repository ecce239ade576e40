import { expect, test } from 'vitest';
import { fakeAgent } from '../../test/support/fake-agent.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import { buildGraph, type PlainAttributes } from '../language/graph/build.ts';
import { chooseBackend, fallbacksOf } from './backends.ts';

const { toolHooks: _hooks, ...withoutHooks } = fakeAgent(() => 'done', 'plain');
const missing: AgentAdapter = {
  ...fakeAgent(() => 'done', 'missing'),
  detect: async () => ({ available: false, reason: 'missing is not on the PATH' }),
};
const registry = new Map<string, AgentAdapter>([
  ['there', fakeAgent(() => 'done', 'there')],
  ['plain', withoutHooks],
  ['missing', missing],
]);

/** The choice for a graph of one node. */
function choose(attributes: PlainAttributes, graph: PlainAttributes = {}, asked?: string) {
  const graphs = [buildGraph({ attributes: graph, nodes: { work: { prompt: 'do it', ...attributes } } })];
  return chooseBackend({
    graphs,
    asked,
    configured: undefined,
    hasScript: false,
    registry,
    extensions: {},
    people: {},
  });
}

test('a fallback must be installed and known, like the agent it stands in for', async () => {
  await expect(choose({ agent: 'there', 'agent.fallback': 'plain' })).resolves.toEqual({ name: null });
  await expect(choose({ agent: 'there', 'agent.fallback': 'plain, missing' })).rejects.toMatchObject({
    code: 'TOOL_MISSING',
  });
  await expect(choose({ agent: 'there' }, { 'agent.fallback': 'missing' })).rejects.toMatchObject({
    code: 'TOOL_MISSING',
  });
  await expect(choose({ agent: 'there', 'agent.fallback': 'unknown' })).rejects.toMatchObject({
    code: 'BACKEND_UNKNOWN',
  });
});

test('a backend asked for by flag stands alone', async () => {
  await expect(choose({ agent: 'missing', 'agent.fallback': 'missing' }, {}, 'there')).resolves.toEqual({
    name: 'there',
  });
});

test('hooks around tool calls hold for fallbacks, too', async () => {
  const hooks = { 'tool_hooks.pre': 'true' };
  await expect(choose({ agent: 'there', ...hooks })).resolves.toEqual({ name: null });
  await expect(choose({ agent: 'there', 'agent.fallback': 'plain', ...hooks })).rejects.toMatchObject({
    code: 'TOOL_HOOKS_UNSUPPORTED',
  });
});

test('the fallbacks of a node stand before those of its graph', () => {
  const graph = buildGraph({
    attributes: { 'agent.fallback': 'a, b' },
    nodes: { own: { 'agent.fallback': 'c' }, none: {} },
  });
  expect(fallbacksOf(graph, graph.nodes.get('own')!)).toEqual(['c']);
  expect(fallbacksOf(graph, graph.nodes.get('none')!)).toEqual(['a', 'b']);
});

test('cli_agent and cli mean whichever command-line agent there is, and never the simulation', async () => {
  const graphs = [buildGraph({ attributes: { simulate: 'allowed' }, nodes: { work: { prompt: 'do it' } } })];
  const choice = (agents: readonly string[], asked: string) =>
    chooseBackend({
      graphs,
      asked,
      configured: undefined,
      hasScript: false,
      registry: new Map(agents.map((id) => [id, fakeAgent(() => 'done', id)])),
      extensions: {},
      people: {},
    });
  await expect(choice(['pi', 'codex'], 'cli')).resolves.toEqual({ name: 'codex' });
  await expect(choice(['pi'], 'cli_agent')).resolves.toEqual({ name: 'pi' });
  await expect(choice([], 'cli_agent')).rejects.toMatchObject({ code: 'BACKEND_MISSING' });
});
