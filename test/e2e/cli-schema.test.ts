import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator, type Schema } from '@cfworker/json-schema';
import { generateHelpTextForAllCommands, type Application, type CommandContext } from '@stricli/core';
import { expect } from 'vitest';
import { buildCli } from '../../src/cli/app.ts';
import { newProject, type Finished } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const published = join(import.meta.dirname, '../../docs/reference/machine-interface.schema.json');
const schema = JSON.parse(readFileSync(published, 'utf8')) as Schema;

/** Checks lines of stdout against one definition of the published schema. */
function expectLines(finished: Finished, definition: string, lines = finished.stdout.trimEnd().split('\n')): void {
  const validator = new Validator({ ...schema, anyOf: [{ $ref: `#/$defs/${definition}` }] }, '2020-12', false);
  for (const line of lines) {
    expect(validator.validate(JSON.parse(line)).errors, line).toEqual([]);
  }
}

verifies(
  ['machine:schema', 'machine:command:json'],
  'what every command prints for programs keeps to the published schema',
  async () => {
    const project = newProject();
    project.write(
      'sample.dot',
      `digraph Sample {
      graph [goal="Keep to it"]
      start [shape=Mdiamond] exit [shape=Msquare]
      tool [shape=parallelogram, tool_command="echo said"]
      flaky [prompt="x", max_retries=1, backoff_policy="none"]
      fan [shape=component] a [prompt="a"] b [prompt="b"] join [shape=tripleoctagon]
      gate [shape=hexagon, label="Good?", timeout="1h", human.default_choice="N"]
      start -> tool -> flaky -> fan  fan -> a -> join  fan -> b -> join  join -> gate
      gate -> exit [label="[Y] Yes"]  gate -> exit [label="[N] No"]
    }`,
    );
    project.write('script.json', { flaky: ['throw-transient: busy', 'success'] });
    expectLines(await project.run(['compile', 'sample.dot', '--json']), 'CompilationDocument');
    const running = project.start(['run', 'sample.dot', '--json', '--script', 'script.json']);
    await running.prints('InterviewStarted');
    expectLines(await project.run(['status', '--json']), 'StatusDocument');
    expectLines(await project.run(['show', 'last', '--json']), 'RunView');
    expectLines(await project.run(['answer', 'last', 'Y', '--json']), 'AnswerDocument');
    const ran = await running.finished;
    const lines = ran.stdout.trimEnd().split('\n');
    expectLines(ran, 'EventLine', lines.slice(0, -1));
    expectLines(ran, 'ResultLine', lines.slice(-1));
    expect(() => expectLines(ran, 'ErrorLine', lines.slice(-1))).toThrow(/"type":"result"/);
    expectLines(await project.run(['show', 'last', '--json']), 'RunView');
    expectLines(await project.run(['cancel', 'last', '--json']), 'ErrorLine');
    const second = project.start(['run', 'sample.dot', '--json', '--script', 'script.json']);
    await second.prints('InterviewStarted');
    expectLines(await project.run(['cancel', 'last', '--json']), 'CancelDocument');
    await second.finished;
    expectLines(await project.run(['doctor', '--json']), 'DoctorDocument');
    expectLines(await project.run(['agents', '--json']), 'AgentsDocument');
    expectLines(await project.run(['fmt', 'sample.dot', '--json']), 'FormatDocument');
    expectLines(await project.run(['runs', '--json']), 'RunsDocument');
    expectLines(await project.run(['logs', '--json']), 'EventLine');
    expectLines(await project.run(['show', 'last', 'flaky', '--json']), 'NodeDocument');
    expectLines(await project.run(['graph', 'last', '--json']), 'PictureDocument');
    expectLines(await project.run(['graph', 'sample.dot', '--json', '--output', 'a.txt']), 'PictureDocument');
    expectLines(await project.run(['replay', 'last', '--offline', '--json']), 'ReplayDocument');
    expectLines(await project.run(['record', 'last', '--json', '-o', 'sample.jsonl']), 'RecordDocument');
    project.write('sample.test.yaml', 'pipeline: sample.dot\nrecorded: sample.jsonl\nexpect: { status: success }\n');
    expectLines(await project.run(['test', '--json']), 'TestDocument');
    expectLines(await project.run(['init', 'new', '--json']), 'InitDocument');
    expectLines(await project.run(['logs', '--node', 'nobody', '--json']), 'ErrorLine');
    const resumable = await project.run([
      'run',
      'sample.dot',
      '--json',
      '--backend',
      'simulation',
      '--answers',
      project.write('answers.json', '["Y"]'),
    ]);
    expectLines(resumable, 'ResultLine', resumable.stdout.trimEnd().split('\n').slice(-1));
    const dry = await project.run(['run', 'sample.dot', '--json', '--dry-run']);
    expectLines(dry, 'EventLine', dry.stdout.trimEnd().split('\n').slice(0, -1));
    expectLines(await project.run(['prune', '--older-than', '0s', '--dry-run', '--json']), 'PruneDocument');
    expectLines(await project.run(['prune', '--older-than', '0s', '--json']), 'PruneDocument');
  },
);

verifies('machine:command:json', 'every command has --json but the one that prints a script', () => {
  // Help is made without a context: which one commands take plays no part.
  const helps = generateHelpTextForAllCommands(buildCli() as unknown as Application<CommandContext>);
  expect(helps.length).toBeGreaterThan(12);
  const without = helps.filter(([, help]) => !help.includes('--json')).map(([route]) => route);
  expect(without).toEqual(['orchestra completion']);
});
