import { describe, expect, test } from 'vitest';
import type { EventLine } from '../../src/contract/event-line.ts';
import { newProject, openStdin, until, type CliProject, type Running } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const pipeline = `digraph Sample {
  graph [goal="Show it"]
  node [shape=parallelogram]
  start [shape=Mdiamond] exit [shape=Msquare]
  list [tool_command="echo one; echo two"]
  fan [shape=component] left [tool_command="echo l"] right [tool_command="echo r"] join [shape=tripleoctagon]
  gate [shape=hexagon, label="Good?"]
  last [tool_command="while [ ! -e go ]; do sleep 0.02; done"]
  start -> list -> fan  fan -> left -> join  fan -> right -> join  join -> gate
  gate -> last [label="[Y] Yes"]  gate -> list [label="[N] No"]
  last -> exit
}`;

async function waitingRun(): Promise<{ project: CliProject; running: Running }> {
  const project = newProject();
  project.write('sample.dot', pipeline);
  const running = project.start(['run', 'sample.dot'], { stdin: openStdin });
  await running.tells('Select: ');
  return { project, running };
}

const typesIn = (stdout: string): readonly string[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as EventLine).type);

describe('logs', () => {
  verifies('machine:command:logs', 'tells what happened where, one line for each line', async () => {
    const { project } = await waitingRun();
    const { code, stdout, stderr } = await project.run(['logs']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const said = stdout.split('\n').map((line) => line.slice('2026-03-01 12:00:00  '.length).replaceAll(/\s+/g, ' '));
    expect(
      said.filter((line) => /^list#1 (started|one|two)|^list goes|gate#1 asks|^fan#1\/left\/left#1 l$/.test(line)),
    ).toEqual([
      'list#1 started (tool)',
      'list#1 one',
      'list#1 two',
      'list goes on at fan (only_edge)',
      'fan#1/left/left#1 l',
      'gate#1 asks: Good? [Y] Yes [N] No',
    ]);
  });

  test('prints the same lines as the run itself', async () => {
    const project = newProject();
    project.write('sample.dot', pipeline);
    project.write('go', '');
    const ran = await project.run(['run', 'sample.dot', '--json', '--auto-approve']);
    const logged = await project.run(['logs', 'last', '--json']);
    expect(logged.stdout.trimEnd().split('\n')).toEqual(ran.stdout.trimEnd().split('\n').slice(0, -1));
  });

  test('of one node, of one branch, since a time', async () => {
    const { project } = await waitingRun();
    const of = async (...args: string[]) => (await project.run(['logs', '--json', ...args])).stdout;
    expect(typesIn(await of('--node', 'list'))).toEqual([
      'StageStarted',
      'ProcessStarted',
      ...typesIn(await of('--node', 'list')).filter((type) => type === 'ToolOutput'),
      'ProcessExited',
      'StageCompleted',
      'CheckpointSaved',
    ]);
    expect(await of('--node', 'fan#1/left')).toContain('"l\\n"');
    expect(await of('--node', 'fan#1/left')).not.toContain('"r\\n"');
    expect(await of('--since', '1h')).toBe(await of());
    const later = await project.run(['logs', '--since', '2100-01-01']);
    expect(later).toMatchObject({ code: 0, stdout: '', stderr: 'Nothing is recorded since 2100-01-01 so far.\n' });
    const odd = await project.run(['logs', '--since', 'yesterday']);
    expect(odd).toMatchObject({ code: 2, stderr: expect.stringContaining('2h') });
  });

  verifies('machine:did-you-mean', 'a misspelled node is told the one it resembles', async () => {
    const { project } = await waitingRun();
    const near = await project.run(['logs', '--node', 'fan#1/lefd', '--json']);
    expect(near.code).toBe(2);
    expect(near.document()).toMatchObject({ code: 'NODE_UNKNOWN', hint: 'Did you mean `left`?' });
    const far = await project.run(['logs', '--node', 'nowhere-at-all']);
    expect(far.stderr).toContain('orchestra graph ');
  });

  test('a project without runs says how to begin', async () => {
    expect(await newProject().run(['logs'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('orchestra run FILE'),
    });
  });
});

describe('logs --follow', () => {
  verifies(
    'machine:command:logs',
    'tails a run of another process, says when it waits for a person, and ends with it',
    async () => {
      const { project, running } = await waitingRun();
      const following = project.start(['logs', '--follow']);
      await following.prints('asks: Good?');
      await following.tells('waits for an answer: Good?');
      await following.tells('orchestra answer');
      await project.run(['answer', 'last', 'Y']);
      await following.prints('last#1            started (tool)');
      project.write('go', '');
      const { code, stdout, stderr } = await following.finished;
      expect(code).toBe(0);
      expect(stdout).toContain('pipeline completed');
      expect(stderr).toContain('is completed.');
      expect((await running.finished).code).toBe(0);
    },
  );

  test('of a run that has ended prints everything and ends', async () => {
    const project = newProject();
    project.write('sample.dot', pipeline);
    project.write('go', '');
    await project.run(['run', 'sample.dot', '--auto-approve']);
    const followed = await project.run(['logs', '-f', '--json']);
    expect(typesIn(followed.stdout).at(-1)).toBe('PipelineCompleted');
    expect(followed.stdout).toBe((await project.run(['logs', '--json'])).stdout);
  });

  test('of a run whose process dies says so and how it goes on, and goes on with it', async () => {
    const { project, running } = await waitingRun();
    const following = project.start(['logs', '--follow', '--json']);
    running.type('y\n');
    await following.prints('"name":"last"');
    running.process.kill('SIGKILL');
    await following.tells('which is interrupted. Go on with: orchestra resume ');
    project.write('go', '');
    await project.run(['resume', 'last']);
    expect(typesIn((await following.finished).stdout).at(-1)).toBe('PipelineCompleted');
  });

  test('Ctrl-C ends the reading and leaves the run alone', async () => {
    const { project, running } = await waitingRun();
    const following = project.start(['logs', '--follow']);
    await following.tells('waits for an answer');
    following.process.kill('SIGINT');
    expect((await following.finished).code).toBe(0);
    project.write('go', '');
    running.type('y\n');
    expect((await running.finished).code).toBe(0);
  });

  test('tells the events of child runs among those of the run', async () => {
    const project = newProject();
    project.write(
      'child.dot',
      `digraph Child {
      start [shape=Mdiamond] exit [shape=Msquare]
      inner [shape=parallelogram, tool_command="touch inner; while [ ! -e go ]; do sleep 0.02; done; echo from the child"]
      start -> inner -> exit
    }`,
    );
    project.write(
      'parent.dot',
      `digraph Parent {
      start [shape=Mdiamond] exit [shape=Msquare]
      child [type="sub_pipeline", sub_pipeline.dotfile="child.dot"]
      start -> child -> exit
    }`,
    );
    const running = project.start(['run', 'parent.dot', '--json']);
    await until(() => project.has('inner'));
    const following = project.start(['logs', '--follow', '--json']);
    await following.prints('"name":"inner"');
    project.write('go', '');
    const ran = await running.finished;
    const { stdout } = await following.finished;
    expect(stdout.trimEnd().split('\n').toSorted()).toEqual(ran.stdout.trimEnd().split('\n').slice(0, -1).toSorted());
    expect((await project.run(['logs', '--node', 'inner'])).stdout).toMatch(/ [0-9a-f]{8}:inner#1 +from the child/);
  });
});
