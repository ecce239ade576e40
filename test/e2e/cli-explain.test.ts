import { expect, test } from 'vitest';
import type { Explanation } from '../../src/contract/explanation.ts';
import { newProject, type CliProject } from '../support/cli.ts';

/** A project with a profile, and with nothing installed that it could be worked with. */
function scene(): CliProject {
  const project = newProject();
  project.write(
    'release.dot',
    `digraph Release {
  graph [goal="Ship it", agent=simulation, model_stylesheet="#build { reasoning_effort: low }"]
  start [shape=Mdiamond] exit [shape=Msquare]
  build [prompt="Build it"]
  review [agent=critic, prompt="Be brief"]
  test [shape=parallelogram, tool_command="npm test"]
  start -> build -> review -> test -> exit
}`,
  );
  project.write(
    'orchestra.yaml',
    `agents:
  codex:
    models: { smart: gpt-best }
  critic: { agent: codex, model: smart, permissions: read-only, role: critic, fallback: [simulation], budget: { money: 1.5 } }
`,
  );
  project.write('roles/critic.yaml', 'role: { name: critic, system: You judge. }');
  return project;
}

test('explain says who would work on a node, and why', async () => {
  const { code, stdout } = await scene().run(['explain', 'build']);
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "build  codergen  release.dot:4:3
      agent   simulation       the graph (release.dot:2:26)
      model   the agent's own  nothing names one
      effort  low              the stylesheet (release.dot:2:44)
      prompt  "Build it"       the node (release.dot:4:10)
    "
  `);
});

test('explain shows what a profile means, and what is missing for it', async () => {
  const { code, stderr, document } = await scene().run(['explain', 'review', 'release.dot', '--json']);
  const { settings, layers, problems } = document<Explanation>();
  expect(settings.map(({ name, value, reason }) => `${name}: ${value}, by ${reason}`)).toMatchInlineSnapshot(`
    [
      "agent: codex, by its profile (orchestra.yaml:4:13)",
      "profile: critic, by its profile (orchestra.yaml:4:3)",
      "model: gpt-best, by tier smart, asked for by its profile (orchestra.yaml:4:27)",
      "provider: openai, by that of the agent",
      "fallback: simulation, by its profile (orchestra.yaml:4:79)",
      "permissions: read-only, by its profile (orchestra.yaml:4:41)",
      "budget.money: 1.5, by its profile (orchestra.yaml:4:113)",
    ]
  `);
  expect(layers).toEqual([
    { layer: 'role', from: 'roles/critic.yaml', text: 'You judge.' },
    { layer: 'prompt', from: 'the node (release.dot:5:25)', text: 'Be brief' },
  ]);
  expect({ code, problems, stderr }).toEqual({
    code: 1,
    problems: [expect.stringContaining('codex is not on the PATH')],
    stderr: '',
  });
});

test('explain says once that nobody is called so, and who is', async () => {
  const project = scene();
  const text = project.read('release.dot').replace('agent=critic', 'agent=critik');
  project.write('release.dot', text);
  const { code, document } = await project.run(['explain', 'review', '--json']);
  expect({ code, problems: document<Explanation>().problems }).toEqual({
    code: 1,
    problems: ['there is no agent "critik". Did you mean `critic`?'],
  });
});

test('explain leaves nodes to themselves that no agent works on', async () => {
  const { code, stdout } = await scene().run(['explain', 'test']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'test  tool  release.dot:6:3\n  no agent works on it\n' });
});

test('explain asks for what it cannot guess', async () => {
  const project = scene();
  const unknown = await project.run(['explain', 'reviw']);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('Did you mean `review`?')]);
  project.write('other.dot', 'digraph G {}');
  const several = await project.run(['explain', 'review']);
  expect([several.code, several.stderr]).toEqual([2, expect.stringContaining('orchestra explain NODE FILE')]);
});

test('a tier without a model is refused before a run begins', async () => {
  const project = scene();
  project.write(
    'orchestra.yaml',
    'agents:\n  claude-code: { executable: /bin/true }\n  critic: { agent: claude-code, model: smart }\n',
  );
  const { code, stderr } = await project.run(['run', 'release.dot', '--backend', 'claude-code']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('`agents.claude-code.models.smart`')]);
});
