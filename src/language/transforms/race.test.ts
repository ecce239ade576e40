import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { textOf } from '../graph/attributes.ts';
import type { Graph } from '../graph/graph.ts';
import { compile, type Compilation } from '../compile.ts';
import { agentRule } from '../lint/rules/agents.ts';
import { agentProfiles } from './agent-profiles.ts';

async function compiled(statements: string, names?: readonly string[]): Promise<Compilation & { graph: Graph }> {
  const text = `digraph G {\nstart [shape=Mdiamond]\nexit [shape=Msquare]\n${statements}\n}`;
  const result = await compile(
    { path: 'race.dot', text },
    {
      readFile: async () => undefined,
      transforms: [agentProfiles(new Map())],
      rules: [agentRule({ ...(names && { names: new Set(names) }), problems: new Map() })],
    },
  );
  if (!result.graph) throw new Error('the text cannot be read');
  return { ...result, graph: result.graph };
}

const nodes = ({ graph }: { graph: Graph }) => [...graph.nodes.keys()];
const edges = ({ graph }: { graph: Graph }) => graph.edges.map(({ from, to }) => `${from} -> ${to}`);
const attribute = ({ graph }: { graph: Graph }, id: string, key: string) => {
  const node = graph.nodes.get(id);
  return node && textOf(node, key);
};

describe('a race', () => {
  test('becomes a fan-out, a branch for each agent, and a fan-in', async () => {
    const result = await compiled(`
      implement [prompt="Do it", race="claude-code, codex"]
      start -> implement
      implement -> exit [condition="outcome=success"]
      implement -> implement [condition="outcome=fail", max_visits=2]`);
    expect(result.diagnostics).toEqual([]);
    expect(nodes(result)).toEqual([
      'start',
      'exit',
      'implement',
      'implement.claude-code',
      'implement.codex',
      'implement.result',
    ]);
    expect(edges(result)).toEqual([
      'start -> implement',
      'implement.result -> exit',
      'implement.result -> implement',
      'implement -> implement.claude-code',
      'implement.claude-code -> implement.result',
      'implement -> implement.codex',
      'implement.codex -> implement.result',
    ]);
    expect(attribute(result, 'implement', 'shape')).toBe('component');
    expect(attribute(result, 'implement', 'max_parallel')).toBe('2');
    expect(attribute(result, 'implement', 'prompt')).toBeUndefined();
    expect(attribute(result, 'implement.codex', 'agent')).toBe('codex');
    expect(attribute(result, 'implement.codex', 'prompt')).toBe('Do it');
    expect(attribute(result, 'implement.result', 'merge_policy')).toBe('pick_best');
    expect(attribute(result, 'implement.result', 'prompt')).toBeUndefined();
  });

  test('leaves the work to the branches, and what is said of its outcome to the fan-in', async () => {
    const result = await compiled(`
      work [label="Write it for $goal", race="a,b", goal_gate=true, retry_target=work, max_retries=2, budget.money=1,
            timeout="5m", context_keys="x", join_policy=first_success, verify="npm test", merge_policy=merge]
      start -> work -> exit`);
    const on = (key: string) => ['work', 'work.a', 'work.b', 'work.result'].map((id) => attribute(result, id, key));
    expect(on('goal_gate')).toEqual([undefined, undefined, undefined, 'true']);
    expect(on('retry_target')).toEqual([undefined, undefined, undefined, 'work']);
    expect(on('verify')).toEqual([undefined, undefined, undefined, 'npm test']);
    expect(on('merge_policy')).toEqual([undefined, undefined, undefined, 'merge']);
    expect(on('max_retries')).toEqual([undefined, '2', '2', '2']);
    expect(on('budget.money')).toEqual([undefined, '1', '1', undefined]);
    expect(on('timeout')).toEqual([undefined, '5m', '5m', undefined]);
    expect(on('context_keys')).toEqual([undefined, 'x', 'x', undefined]);
    expect(on('join_policy')).toEqual(['first_success', undefined, undefined, undefined]);
    expect(on('prompt')[1]).toBe('Write it for ');
    expect(on('label')).toEqual([
      'Write it for $goal (race)',
      'Write it for $goal (a)',
      'Write it for $goal (b)',
      'Write it for $goal (result)',
    ]);
  });

  test('is judged by a model with a prompt, or by a person', async () => {
    const judged = await compiled(`graph [goal="speed"]
      w [prompt="p", race="a,b", race.judge="Which has more $goal?"] start -> w -> exit`);
    expect(attribute(judged, 'w.result', 'prompt')).toBe('Which has more speed?');
    const asked = await compiled('w [prompt="p", race="a,b", race.judge="person"] start -> w -> exit');
    expect(attribute(asked, 'w.result', 'prompt')).toBeUndefined();
    expect(attribute(asked, 'w.result', 'select')).toBe('person');
  });

  test('is reached by the stylesheet through the id and the class of its node, and by none that names an agent', async () => {
    const result =
      await compiled(`graph [model_stylesheet="* { llm_model: small; agent: other } #w { llm_model: big } .deep { reasoning_effort: low }"]
      w [prompt="p", race="a,b", class=deep] start -> w -> exit`);
    const on = (key: string) => ['w.a', 'w.b', 'w.result'].map((id) => attribute(result, id, key));
    expect(on('llm_model')).toEqual(['big', 'big', 'small']);
    expect(on('reasoning_effort')).toEqual(['low', 'low', undefined]);
    expect(on('agent').slice(0, 2)).toEqual(['a', 'b']);
  });

  test('has profiles put in the place of their names', async () => {
    const span = {
      file: 'orchestra.yaml',
      start: { offset: 0, line: 1, column: 1 },
      end: { offset: 1, line: 1, column: 2 },
    };
    const profile = {
      name: 'careful',
      agent: { key: 'agent', value: { kind: 'string', text: 'codex' }, origin: 'transform', span },
      attributes: [{ key: 'agent.role', value: { kind: 'string', text: 'Careful.' }, origin: 'transform', span }],
      span,
    } as const;
    const { graph } = await compile(
      {
        path: 'race.dot',
        text: 'digraph G { start [shape=Mdiamond] exit [shape=Msquare] w [prompt="p", race="careful,pi"] start -> w -> exit }',
      },
      { readFile: async () => undefined, transforms: [agentProfiles(new Map([['careful', profile]]))] },
    );
    const node = graph?.nodes.get('w.careful');
    expect(node && [textOf(node, 'agent'), textOf(node, 'agent.role')]).toEqual(['codex', 'Careful.']);
  });

  test('of the same agent twice, or beside nodes called alike, has ids of its own', async () => {
    const result = await compiled('w [prompt="p", race="a,a"] start -> w -> exit');
    expect(nodes(result).slice(2)).toEqual(['w', 'w.a', 'w.a-2', 'w.result']);
    const named = await compiled('w [prompt="p", race="result,a"] start -> w -> exit');
    expect(nodes(named).slice(2)).toEqual(['w', 'w.result', 'w.a', 'w.result-2']);
  });
});

describe('a mistake about a race', () => {
  const told = async (statements: string, names?: readonly string[]) =>
    (await compiled(statements, names)).diagnostics.map(({ rule, line, column, node }) => [rule, line, column, node]);

  test('has the place and the name of the written node, and is told once', async () => {
    expect(await told('w [prompt="p", race="a,none"]\nstart -> w -> exit', ['a'])).toEqual([
      ['agent_known', 4, 16, 'w'],
    ]);
    expect(await told('w [prompt="p", race="a,b", fidelity=none]\nstart -> w -> exit')).toEqual([
      ['fidelity_valid', 4, 28, 'w'],
    ]);
  });

  verifies('lint:own:race', 'is reported where it has too few agents', async () => {
    expect(await told('w [prompt="p", race="a"]\nstart -> w -> exit')).toEqual([['race_agents', 4, 16, 'w']]);
    expect(await told('w [prompt="p", race=""]\nstart -> w -> exit')).toEqual([['race_agents', 4, 16, 'w']]);
    const alone = await compiled('w [prompt="p", race="a"]\nstart -> w -> exit');
    expect(attribute(alone, 'w', 'agent')).toBe('a');
    expect(nodes(alone)).toEqual(['start', 'exit', 'w']);
  });

  verifies('lint:own:race', 'is reported where no agent works, and on a judge without a race', async () => {
    const first = (await compiled('t [shape=parallelogram, tool_command="x", race="a,b"]\nstart -> t -> exit'))
      .diagnostics;
    expect(first.map(({ message }) => message)).toEqual(['race has no effect on t, which no agent works on']);
    const text = 'start [race="a,b"]\nstart -> exit';
    expect((await told(text)).map(([rule]) => rule)).toEqual(['race_agents']);
    expect(await told('w [prompt="p", race.judge="person"]\nstart -> w -> exit')).toEqual([
      ['judge_without_race', 4, 16, 'w'],
    ]);
  });
});
