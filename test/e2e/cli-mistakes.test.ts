import { describe, expect, test } from 'vitest';
import { allAgentIds } from '../../src/app/agents.ts';
import { newProject, type CliProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const pipeline = `digraph Sample {
  start [shape=Mdiamond] exit [shape=Msquare]
  gate [shape=hexagon, label="Good?"]
  start -> gate
  gate -> exit [label="[Y] Ship it"]
  gate -> exit [label="[N] Throw it away"]
}`;

/** A project with a pipeline, and a run of it that waits at its gate. */
async function newScene(): Promise<CliProject> {
  const project = newProject();
  project.write('sample.dot', pipeline);
  project.write('deep/inner.dot', pipeline);
  await project.run(['run', 'sample.dot', '--json']);
  return project;
}

describe('a slip of the hand', () => {
  verifies('machine:did-you-mean', 'is told what was probably meant, with code and exit code', async () => {
    const project = await newScene();
    const told: readonly [command: string, code: string, meant: string][] = [
      ['comiple sample.dot', 'USAGE', 'compile'],
      ['compile sample.dot --jsn', 'USAGE', '--json'],
      ['graph sample.dot --format svgg', 'USAGE', 'svg'],
      ['runs --state complet', 'USAGE', 'completed'],
      ['compile smaple.dot', 'FILE_UNREADABLE', '`sample.dot`'],
      ['run deep/iner.dot', 'FILE_UNREADABLE', '`deep/inner.dot`'],
      ['graph smaple.dot', 'FILE_UNREADABLE', '`sample.dot`'],
      ['run sample.dot --backend simulaton', 'BACKEND_UNKNOWN', '`simulation`'],
      ['show lats', 'RUN_UNKNOWN', '`last`'],
      ['show last gaet', 'NODE_UNKNOWN', '`gate`'],
      ['logs --node strat', 'NODE_UNKNOWN', '`start`'],
      ['answer last Y --question gaet', 'QUESTION_UNKNOWN', '`gate`'],
      ['answer last shipit', 'ANSWER_INVALID', '`Ship it`'],
      ['completion zhs', 'USAGE', '`zsh`'],
    ];
    for (const [command, code, meant] of told) {
      const { code: exit, stdout, stderr } = await project.run(command.split(' '));
      expect({ command, exit, stdout }).toEqual({ command, exit: 2, stdout: '' });
      const [first = '', ...hint] = stderr.split('\n');
      expect(first, command).toContain(`error ${code}: `);
      expect(stderr, command).toMatch(/[Dd]id you mean/);
      expect([first, ...hint].join('\n'), command).toContain(meant);
    }
  });

  test.each([
    ['secrets: []\nbackendd: simulation\n', ':2:1: ', '`backend`'],
    ['agents:\n  claude-cod: {}\n', ':2:3: ', '`claude-code`'],
    ['agents:\n  claude-code:\n    permission: full\n', ':3:5: ', '`permissions`'],
    ['agents:\n  claude-code:\n    permissions: ful\n', ':3:18: ', '`full`'],
  ])('in orchestra.yaml is told with its place: %j', async (text, place, meant) => {
    const project = newProject();
    project.write('orchestra.yaml', text);
    const { code, stderr } = await project.run(['agents']);
    expect(code).toBe(2);
    expect(stderr).toContain('error CONFIG_INVALID: ');
    expect(stderr).toContain(place);
    expect(stderr).toContain(`Did you mean ${meant}?`);
  });

  test('a name of a pipeline that no run has is told beside the empty list', async () => {
    const project = await newScene();
    const { code, stdout, stderr } = await project.run(['runs', '--pipeline', 'Smaple']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('Did you mean `Sample`?');
  });
});

test('what resembles nothing is told the choices, or where they are', async () => {
  const project = await newScene();
  const hintOf = async (...args: string[]) => (await project.run(args)).stderr.split('\n')[1]?.trim();
  expect(await hintOf('run', 'sample.dot', '--backend', 'x')).toBe(
    `Write one of: ${[...allAgentIds(), 'direct', 'loop', 'langgraph', 'simulation', 'scripted'].join(', ')}.`,
  );
  expect(await hintOf('answer', 'last', 'perhaps')).toBe('Answer with one of: Y (Ship it), N (Throw it away)');
  expect(await hintOf('answer', 'last', 'Y', '--question', 'another')).toBe('Write one of: gate#1, gate.');
  expect(await hintOf('show', 'last', 'nowhere')).toMatch(/^See its nodes with: orchestra graph /);
  expect(await hintOf('nonsense')).toBe('See `orchestra --help`.');
  expect(await hintOf('fmt', 'sample.dot', '--frobnicate')).toBe('See `orchestra fmt --help`.');
  expect(await hintOf('run')).toBe('See `orchestra run --help`.');
  expect(await hintOf('compile', 'nothing.dot')).toBe('Check the path and its permissions.');
  expect(await hintOf('compile', 'no/where.dot')).toBe('Check the path and its permissions.');
});

test('`help` alone and before a command prints what `--help` does', async () => {
  const project = newProject();
  const printed = async (...args: string[]) => {
    const { code, stdout } = await project.run(args);
    return { code, stdout };
  };
  expect(await printed('help')).toEqual(await printed('--help'));
  expect(await printed('help', 'fmt')).toEqual(await printed('fmt', '--help'));
});
