import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventSources, type EventLine } from '../../src/contract/event-line.ts';
import { agentTestEnvironment } from '../support/agent-environment.ts';
import { claudeCodePackage, installAgent } from '../support/agent-install.ts';
import { newProject, until, type CliProject, type CommandOptions } from '../support/cli.ts';
import { startModelServer } from '../support/model-server.ts';
import { newGitProject } from '../support/git-project.ts';
import { verifies } from '../support/verifies.ts';
import { ends, turns, writes } from '../support/writing-agents.ts';

/** One line of every event, from runs like those below; docs/reference/events.md shows them. */
const path = join(import.meta.dirname, '../fixtures/event-examples.json');
const examples = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, EventLine>>;

/** Writes what looks like a secret and is none; in two parts, as whole ones are kept from journals. */
const leak = `printf ghp_ > key; printf ${'aB3dE6gH9kL2'.repeat(3)} >> key`;

/** Runs a pipeline to where it comes to rest; gives the events of it and its children. */
async function eventsOf(project: CliProject, text: string, args: readonly string[] = [], options?: CommandOptions) {
  project.write('sample.dot', text);
  await project.run(['run', 'sample.dot', '--json', ...args], options);
  return logged(project);
}

async function logged(project: CliProject): Promise<readonly EventLine[]> {
  const { stdout } = await project.run(['logs', '--json']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as EventLine);
}

/** Whether two events have the same members, with values of the same kinds; null may stand for any. */
function isLike(one: EventLine, other: EventLine): boolean {
  const others = new Map(Object.entries(other));
  const members = Object.entries(one);
  return (
    members.length === others.size &&
    members.every(([name, value]) => {
      const match = others.get(name);
      return match !== undefined && (value === null || match === null || typeof value === typeof match);
    })
  );
}

/** Takes up the first line of each event there is no example of, without what tells of this machine. */
function record(lines: readonly EventLine[], project: CliProject): void {
  const known = JSON.parse(readFileSync(path, 'utf8')) as Record<string, EventLine>;
  for (const line of lines) {
    const text = JSON.stringify(line).replaceAll(project.folder, '/project').replaceAll(project.home, '/home/me');
    known[line.type] ??= JSON.parse(
      text.replace(/"bootId":"[^"]*"/, '"bootId":"c0ffee00-0000-4000-8000-000000000000"'),
    ) as EventLine;
  }
  const inOrder = Object.keys(eventSources).flatMap((type) => (known[type] ? [[type, known[type]] as const] : []));
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(inOrder), undefined, 2)}\n`);
}

/** Every event of a kind that has an example has members of the same kinds as one of those just seen. */
function expectLikeExamples(lines: readonly EventLine[], project: CliProject): void {
  if (process.env['RECORD_EXAMPLES']) return record(lines, project);
  const seen = Map.groupBy(lines, ({ type }) => type);
  for (const [type, list] of seen) {
    const example = examples[type];
    expect(example, `no example of ${type}: run this test with RECORD_EXAMPLES=1`).toBeDefined();
    expect(list, type).toSatisfy((lines: typeof list) => lines.some((line) => example && isLike(line, example)));
  }
}

verifies(
  'machine:events-documented',
  'examples of events are what runs say: work, branches, people, restarts',
  async () => {
    const project = newProject();
    const writing = { turns: [{ text: 'I take a note', files: { 'note.txt': 'works' } }] };
    project.write('script.json', { flaky: ['throw-transient: busy', writing], check: ['fail', 'success'] });
    project.write('answers.json', '["Y", "TIMEOUT"]');
    const lines = await eventsOf(
      project,
      `digraph Sample {
      graph [goal="Show it"] ${ends}
      tool [shape=parallelogram, tool_command="echo said"]
      flaky [prompt="x", max_retries=1, backoff_policy="none"]
      check [prompt="y", goal_gate=true, retry_target="flaky"]
      fan [shape=component] a [prompt="a"] b [prompt="b"] join [shape=tripleoctagon]
      gate [shape=hexagon, label="Good?"]
      late [shape=hexagon, label="Late?", timeout="1h", human.default_choice="Y"]
      start -> tool -> flaky -> fan  fan -> a -> join  fan -> b -> join  join -> gate
      gate -> late [label="[Y] Yes"]  gate -> exit [label="[N] No"]
      late -> check [label="[Y] Yes"]  late -> exit [label="[N] No"]
      check -> exit [condition="outcome=success"]  check -> exit [condition="outcome=fail"]
    }`,
      ['--script', 'script.json', '--answers', 'answers.json'],
    );
    expectLikeExamples(lines, project);
    const restarted = newProject();
    restarted.write('script.json', { work: ['success', 'success'] });
    const more = await eventsOf(
      restarted,
      `digraph Again { graph [max_restarts=1] ${ends} work [prompt="x"] start -> work
      work -> work [loop_restart=true, condition="outcome=success"] work -> exit [condition="outcome=fail"] }`,
      ['--script', 'script.json'],
    );
    expectLikeExamples(more, restarted);
  },
);

test('examples of events are what runs say: budgets, children, pauses and cancels', async () => {
  const spent = newProject();
  const budget = `digraph Spent { graph [budget.calls=1, budget.on_exhausted="fail"] ${ends} one [prompt="1"] two [prompt="2"] start -> one -> two -> exit }`;
  expectLikeExamples(await eventsOf(spent, budget, ['--backend', 'simulation']), spent);

  const lost = newProject();
  const nowhere = `digraph Lost { ${ends} work [prompt="x"] start -> work work -> exit [condition="outcome=fail"] }`;
  expectLikeExamples(await eventsOf(lost, nowhere, ['--backend', 'simulation']), lost);

  const parent = newProject();
  parent.write('child.dot', `digraph Child { ${ends} work [prompt="x"] start -> work -> exit }`);
  parent.write('script.json', { work: [{ status: 'success', delay_ms: 1500 }] });
  const manager = `digraph Manager { graph [stack.child_dotfile="child.dot"] ${ends}
    boss [shape=house, prompt="Watch it", manager.poll_interval="300ms", manager.max_cycles=20, manager.actions="observe,steer,wait"] start -> boss -> exit }`;
  expectLikeExamples(await eventsOf(parent, manager, ['--script', 'script.json']), parent);

  for (const signals of [['SIGTERM'], ['SIGINT', 'SIGINT']] as const) {
    const project = newProject();
    project.write(
      'sample.dot',
      `digraph Slow { ${ends} slow [shape=parallelogram, tool_command="touch on; while [ ! -e go ]; do sleep 0.02; done"] next [shape=parallelogram, tool_command="true"] start -> slow -> next -> exit }`,
    );
    const running = project.start(['run', 'sample.dot', '--json']);
    await until(() => project.has('on'));
    for (const signal of signals) {
      running.process.kill(signal);
      await running.tells('Pausing');
    }
    project.write('go', '');
    await running.finished;
    expectLikeExamples(await logged(project), project);
  }
});

test('examples of events are what runs say: work in a repository', async () => {
  const project = newGitProject({ shared: 'base\n' });
  const remote = join(project.home, 'remote.git');
  project.git('clone', '--quiet', '--bare', '.', remote);
  const configured = (path: string): void =>
    void project.write('orchestra.yaml', { workspace: { repos: { app: { path: '.', remote: path } } } });
  configured(remote);
  project.write('answers.json', ['T', 'D']);
  project.write('script.json', {
    left: turns(writes({ shared: 'l\n' })),
    right: turns(writes({ shared: 'r\n' })),
  });
  const text = `digraph Work { ${ends} fan [shape=component] join [shape=tripleoctagon, merge_policy=ask]
    left [prompt="Left"] right [prompt="Right"] last [shape=parallelogram, tool_command="${leak}"]
    start -> fan  fan -> left -> join  fan -> right -> join  join -> last -> exit }`;
  const args = ['--script', 'script.json', '--answers', 'answers.json'];
  const pushed = await eventsOf(project, text, args);
  configured(join(project.home, 'gone.git'));
  const little = `digraph Little { ${ends} write [shape=parallelogram, tool_command="echo l > little"] start -> write -> exit }`;
  expectLikeExamples([...pushed, ...(await eventsOf(project, little))], project);
});

const installed = installAgent(claudeCodePackage);

test.skipIf('reason' in installed)('examples of events are what runs say: a coding agent', async () => {
  const project = newProject();
  const server = await startModelServer();
  onTestFinished(() => server.stop());
  if ('path' in installed) symlinkSync(installed.path, join(project.bin, 'claude'));
  const { PATH: _path, ...env } = agentTestEnvironment({ home: project.home, modelUrl: server.url });
  const say = (userMessage: RegExp, hasToolResult: boolean, response: object): void =>
    void server.mock.on(
      { userMessage, hasToolResult },
      { usage: { input_tokens: 100, output_tokens: 20 }, ...response },
    );
  const call = (name: string, input: object): object => ({ toolCalls: [{ name, arguments: JSON.stringify(input) }] });
  say(/TASK-MAKE/, false, call('Write', { file_path: join(project.folder, 'made.txt'), content: 'made\n' }));
  say(/TASK-MAKE/, true, { content: 'It is made.', reasoning: 'The file is there.' });
  say(/TASK-DENIED/, false, call('Bash', { command: 'node --version', description: 'look' }));
  say(
    /TASK-REFUSED/,
    false,
    call('Bash', { command: `node -e "require('fs').writeFileSync('there', '')"`, description: 'make' }),
  );
  say(/TASK-REFUSED/, true, { content: 'It was not permitted.' });
  say(/TASK-DENIED/, true, { content: 'It was not permitted.' });
  const text = `digraph Agent { ${ends} make [prompt="TASK-MAKE: make made.txt"] denied [prompt="TASK-DENIED", tool_hooks.pre="exit 1"]
    refused [prompt="TASK-REFUSED", fidelity="full", thread_id="t"] another [prompt="x", agent="simulation", fidelity="full", thread_id="t"]
    start -> make -> denied -> refused -> another -> exit }`;
  expectLikeExamples(await eventsOf(project, text, [], { env }), project);
});
