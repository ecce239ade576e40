import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunView } from '../../src/contract/run-view.ts';
import { agentProgram, goodResult } from '../support/agent-program.ts';
import { newProject, type CliProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

/** Names every object of JavaScript has from birth, and one that is longer than a file name may be. */
const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', `n${'0'.repeat(299)}`];

const chain = `start -> ${names.join(' -> ')} -> gate -> exit`;

/** Every name is a tool that prints it, and sets itself and its own name by a status file. */
const tools = `digraph __proto__ {
  start [shape=Mdiamond] exit [shape=Msquare] gate [shape=hexagon, label="Go?"]
  ${names
    .map(
      (name) =>
        `${name} [shape=parallelogram, name="${name}", tool_command="cp ${name.slice(0, 20)}.json $ORCHESTRA_STATUS_FILE; printf ${name}"]`,
    )
    .join('\n')}
  ${chain}
}`;

const agents = `digraph constructor {
  start [shape=Mdiamond] exit [shape=Msquare] gate [shape=hexagon, label="Go?"]
  ${names.map((name) => `${name} [prompt="say", context_keys="${name}", thread_id="${name}", fidelity="full", class="${name}"]`).join('\n')}
  ${chain}
}`;

const members = (value: unknown): ReadonlyMap<string, unknown> => new Map(Object.entries(value as object));

function expectAll(value: unknown, expected: (name: string) => unknown): void {
  const found = members(value);
  for (const name of names) expect([name, found.get(name)]).toEqual([name, expected(name)]);
}

/** JSON as it stands in a file: `JSON.parse` keeps a member `__proto__`. */
const file = (project: CliProject, ...path: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(join(project.folder, ...path), 'utf8')) as Record<string, unknown>;

async function throughTheSystem(project: CliProject, pipeline: string, ...flags: string[]): Promise<RunView> {
  const inputs = names.map((name) => `${name}=input of ${name.slice(0, 9)}`);
  const first = await project.run(['run', pipeline, '--json', ...flags, ...inputs]);
  expect(first.stderr).toBe('');
  expect(first.result()).toMatchObject({ status: 'waiting' });
  expect((await project.run(['answer', 'last', 'Y'])).code).toBe(0);
  const resumed = await project.run(['resume', 'last', '--json']);
  expect(resumed.result()).toMatchObject({ status: 'success', visited: ['start', ...names, 'gate', 'exit'] });
  expectAll(resumed.result().attempts, () => 1);
  const view = (await project.run(['show', 'last', '--json'])).document<RunView>();
  expectAll(view.attempts, () => 1);
  const text = (await project.run(['show', 'last'])).stdout;
  for (const name of names) expect(text).toContain(name.slice(0, 15));
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  const folder = join('.orchestra', 'runs', view.runId);
  const checkpoint = file(project, folder, 'checkpoint.json');
  expect(checkpoint['completed_nodes']).toEqual(expect.arrayContaining(names));
  expectAll(checkpoint['context'], (name) => members(resumed.result().context).get(name));
  return view;
}

describe('names that every object has from birth are names like any other', () => {
  verifies('defect:inherited-names', 'of tools, of their keys, of inputs and of members of status files', async () => {
    const project = newProject();
    project.write('tools.dot', tools.replace('gate -> exit', 'gate -> exit [label="[Y] Yes"]'));
    for (const name of names) {
      const updates = names.map(
        (key) => `${JSON.stringify(key)}:{"set by":${JSON.stringify(name)},"__proto__":{"polluted":true}}`,
      );
      project.write(
        `${name.slice(0, 20)}.json`,
        `{"outcome":"success","__proto__":{"outcome":"fail"},"context_updates":{${updates.join(',')}}}`,
      );
    }
    const view = await throughTheSystem(project, 'tools.dot');
    const context = members(view.context);
    for (const name of names) {
      expect(context.get(`tools.${name}.output`)).toBe(name);
      expect(JSON.stringify(context.get(name))).toBe(`{"set by":"${names.at(-1)}","__proto__":{"polluted":true}}`);
    }
  });

  verifies('defect:inherited-names', 'of nodes an agent works on, of what it sets and of its threads', async () => {
    const project = newProject();
    agentProgram(project, `cat > /dev/null; ${goodResult(names.map((name) => `${name}: set`).join('\n'))}`);
    project.write('agents.dot', agents.replace('gate -> exit', 'gate -> exit [label="[Y] Yes"]'));
    const view = await throughTheSystem(project, 'agents.dot', '--backend', 'claude-code');
    expectAll(view.context, () => 'set');
  });

  verifies('defect:inherited-names', 'of the entries of a script, and of the inputs a command sees', async () => {
    const project = newProject();
    project.write('agents.dot', agents.replace('gate -> exit', 'gate -> exit [label="[Y] Yes"]'));
    const entries = names.map(
      (name) => `${JSON.stringify(name)}:[{"text":"said","context_updates":{${JSON.stringify(name)}:"by script"}}]`,
    );
    project.write('script.json', `{${entries.join(',')}}`);
    const view = await throughTheSystem(project, 'agents.dot', '--script', 'script.json');
    expectAll(view.context, () => 'by script');

    project.write(
      'inputs.dot',
      `digraph I { start [shape=Mdiamond] exit [shape=Msquare] t [shape=parallelogram, tool_command="env | grep -c 'ORCHESTRA_VAR_.*=input of'"] start -> t -> exit }`,
    );
    const ran = await project.run(['run', 'inputs.dot', '--json', ...names.map((name) => `${name}=input of it`)]);
    expectAll(ran.result().context, () => 'input of it');
    expect(members(ran.result().context).get('tool.output')).toBe(`${names.length}\n`);
  });

  test('of backends and of agents nobody has', async () => {
    const project = newProject();
    for (const name of ['__proto__', 'constructor']) {
      project.write(
        'a.dot',
        `digraph A { start [shape=Mdiamond] exit [shape=Msquare] w [prompt="x", agent="${name}"] start -> w -> exit }`,
      );
      expect(await project.run(['run', 'a.dot'])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`there is no agent "${name}" [agent_known]`),
      });
      expect(await project.run(['run', 'a.dot', '--backend', name])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`error BACKEND_UNKNOWN: there is no backend "${name}"`),
      });
    }
  });
});
