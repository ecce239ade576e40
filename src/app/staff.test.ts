import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakeAgent, type FakeAgent } from '../../test/support/fake-agent.ts';
import { textOf } from '../language/graph/attributes.ts';
import { run } from '../library/run.ts';
import { compileFile } from './compile-file.ts';
import { readProjectConfiguration } from './configuration/read-configuration.ts';

/** A project of files, whose own HOME is a folder of it. */
function projectOf(files: Readonly<Record<string, string>>) {
  const cwd = mkdtempSync(join(tmpdir(), 'orchestra-staff-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  const env = { HOME: join(cwd, 'home'), PATH: process.env['PATH'] };
  return {
    compile: async (file = 'p.dot') => {
      const configuration = await readProjectConfiguration({ cwd, env });
      return compileFile(join(cwd, file), { extensions: {}, configuration, shownPath: file });
    },
    async run(agents: readonly FakeAgent[], backend?: string) {
      const backends = Object.fromEntries(agents.map((agent) => [agent.id, agent]));
      const running = await run(join(cwd, 'p.dot'), {
        cwd,
        env,
        extensions: { backends },
        ...(backend !== undefined && { backend }),
      });
      return running.result;
    },
  };
}

const pipeline = (nodes: string, graph = ''): string => `digraph P {
  graph [goal="Ship it"]
  graph [${graph || 'label=P'}]
  start [shape=Mdiamond] exit [shape=Msquare]
  ${nodes}
  start -> work -> exit
}`;

const critic = `
agents:
  critic:
    agent: codex
    model: smart
    effort: low
    permissions: read-only
    tools: [read-file, search-*]
    role: critic
    task: review
    budget: { money: 2 }
`;
const prompts = {
  'roles/critic.yaml': 'role: { name: critic, system: You judge. }',
  'tasks/review.md': 'Review for {{ who }}: $goal',
};

describe('a profile', () => {
  test('gives its node what the node does not say itself', async () => {
    const { compile } = projectOf({
      'p.dot': pipeline('work [agent=critic, reasoning_effort=high]'),
      'orchestra.yaml': critic,
      ...prompts,
    });
    const { graph, diagnostics } = await compile();
    expect(diagnostics).toEqual([]);
    const node = graph!.nodes.get('work')!;
    const said = Object.fromEntries([...node.attributes.keys()].map((key) => [key, textOf(node, key)]));
    expect(said).toEqual({
      agent: 'codex',
      'agent.profile': 'critic',
      llm_model: 'smart',
      reasoning_effort: 'high',
      'agent.permissions': 'read-only',
      'agent.tools': 'read-file,search-*',
      'agent.role': 'You judge.',
      'agent.task': 'Review for {{ who }}: $goal',
      'budget.money': '2',
    });
    expect(node.attributes.get('llm_model')?.span).toMatchObject({ start: { line: 5, column: 5 } });
  });

  test('stands above the graph and below the stylesheet', async () => {
    const sheet = 'model_stylesheet="* { llm_model: styled }"';
    const modelIn = async (graph: string): Promise<string | undefined> => {
      const { compile } = projectOf({
        'p.dot': pipeline('work [agent=critic]', graph),
        'orchestra.yaml': critic,
        ...prompts,
      });
      return textOf((await compile()).graph!.nodes.get('work')!, 'llm_model');
    };
    expect(await modelIn('llm_model=general')).toBe('smart');
    expect(await modelIn(sheet)).toBe('styled');
  });

  test('named by the graph is that of all its agent nodes', async () => {
    const { compile } = projectOf({
      'p.dot': pipeline('work [prompt=Go]', 'agent=critic'),
      'orchestra.yaml': critic,
      ...prompts,
    });
    const { graph } = await compile();
    expect([textOf(graph!, 'agent'), textOf(graph!.nodes.get('work')!, 'agent.profile')]).toEqual(['codex', 'critic']);
    expect(graph!.nodes.get('start')!.attributes.has('agent.profile')).toBe(false);
  });

  test('with a prompt file that is not there cannot be used, and is told where it is named', async () => {
    const { compile } = projectOf({ 'p.dot': pipeline('work [agent=critic]'), 'orchestra.yaml': critic });
    const { ok, diagnostics } = await compile();
    expect(ok).toBe(false);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([
      { rule: 'agent_profile', line: 3, message: expect.stringContaining('there is no role file "critic"') },
      { rule: 'agent_profile', line: 3, message: expect.stringContaining('there is no task file "review"') },
    ]);
  });
});

test('an unknown agent is told at its place, with the nearest one there is', async () => {
  const { compile } = projectOf({
    'p.dot': pipeline('work [agent=crtic, prompt=Go]'),
    'orchestra.yaml': critic,
    ...prompts,
  });
  expect((await compile()).diagnostics).toMatchObject([
    { rule: 'agent_known', severity: 'error', line: 5, hint: 'Did you mean `critic`?' },
  ]);
});

describe('an agent with a profile', () => {
  const files = {
    'p.dot': pipeline('work [agent=judge, prompt="Be brief."]'),
    'orchestra.yaml': `
agents:
  judge: { agent: fake, model: m1, permissions: full, role: critic, task: review, tools: [read-file], fallback: second-judge }
  second-judge: { agent: spare, model: m2, effort: medium }
`,
    ...prompts,
    'tasks/review.md': 'Answer {{ responses.start | default("nobody") }}: $goal',
  };

  test('is told who it is, then its task and the prompt of its node', async () => {
    const agent = fakeAgent(() => 'done');
    const result = await projectOf(files).run([agent, fakeAgent(() => 'unused', 'spare')]);
    expect(result.status).toBe('success');
    const [prompt] = agent.prompts;
    expect(prompt?.request).toMatchObject({
      system: 'You judge.',
      model: 'm1',
      permissions: 'full',
      tools: ['read-file'],
    });
    expect(prompt?.text).toMatch(/Answer nobody: Ship it\n\nBe brief\.$/);
  });

  test('falls back to another profile with its own model', async () => {
    const busy = fakeAgent(() => [{ type: 'result', ok: false, error: 'busy', transient: true }]);
    const spare = fakeAgent(() => 'done', 'spare');
    expect((await projectOf(files).run([busy, spare])).status).toBe('success');
    expect(spare.prompts[0]?.request).toMatchObject({ system: 'You judge.', model: 'm2', reasoningEffort: 'medium' });
    expect(spare.prompts[0]?.request.permissions).toBeUndefined();
  });

  test('stands back where a backend is asked for by name', async () => {
    const other = fakeAgent(() => 'done', 'other');
    const unused = ['fake', 'spare'].map((id) => fakeAgent(() => 'unused', id));
    await projectOf(files).run([other, ...unused], 'other');
    expect(other.prompts[0]?.request).toMatchObject({ system: 'You judge.', model: 'm1' });
  });
});
