import { describe, expect, test } from 'vitest';
import type { RunView } from '../../src/contract/run-view.ts';
import { newProject, openStdin, until, type CliProject, type Running } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

/** A tool that notes that it began, goes on until `go` exists, with a process of its own, and notes that it ended. */
const slow = (name: string) =>
  `${name} [shape=parallelogram, tool_command="echo ${name} >> log; (while [ ! -e go ]; do sleep 0.02; done) & wait; echo ${name} done >> log"]`;

const ends = 'start [shape=Mdiamond] exit [shape=Msquare]';

const fanPipeline = `digraph Fan {
  ${ends} fan [shape=component] join [shape=tripleoctagon]
  ${slow('left')} ${slow('right')} ${slow('last')}
  start -> fan  fan -> left -> join  fan -> right -> join  join -> last -> exit
}`;

const childPipeline = `digraph Child { ${ends} ${slow('inner')} start -> inner -> exit }`;
const parentPipeline = `digraph Parent {
  ${ends} child [type="sub_pipeline", sub_pipeline.dotfile="child.dot"] ${slow('last')}
  start -> child -> last -> exit
}`;

const logOf = (project: CliProject): readonly string[] => project.read('log').trimEnd().split('\n').toSorted();

const stateOf = async (project: CliProject): Promise<string> =>
  (await project.run(['show', 'last', '--json'])).document<RunView>().state;

/** Starts a pipeline; resolves when all of these tools run. */
async function startedWith(project: CliProject, file: string, ...tools: readonly string[]): Promise<Running> {
  const running = project.start(['run', file, '--json']);
  await until(() => project.has('log') && tools.every((tool) => project.read('log').includes(tool)));
  return running;
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  verifies(
    ['machine:exit:interrupt', 'machine:exit:awaited', 'machine:exit:sigterm'],
    'in a fan-out names every branch it waits for, lets them end, and starts nothing behind them',
    async () => {
      const project = newProject();
      project.write('fan.dot', fanPipeline);
      const running = await startedWith(project, 'fan.dot', 'left', 'right');
      running.process.kill(signal);
      await running.tells('waits for fan#1/left/left#1 (tool, for ');
      await running.tells('waits for fan#1/right/right#1 (tool, for ');
      project.write('go', '');
      const paused = await running.finished;
      expect(paused.code).toBe(3);
      expect(paused.result()).toMatchObject({ status: 'paused' });
      expect(paused.stderr).not.toContain('waits for fan#1 ');
      expect(logOf(project)).toEqual(['left', 'left done', 'right', 'right done']);
      expect(await stateOf(project)).toBe('paused');
      expect(project.leftRunning()).toEqual([]);
      expect((await project.run(['resume', 'last', '--json'])).result()).toMatchObject({ status: 'success' });
      expect(logOf(project)).toEqual(['last', 'last done', 'left', 'left done', 'right', 'right done']);
    },
  );

  verifies(
    ['machine:exit:interrupt', 'machine:exit:awaited'],
    'in a child pipeline names what runs in the child, and pauses both',
    async () => {
      const project = newProject();
      project.write('child.dot', childPipeline);
      project.write('parent.dot', parentPipeline);
      const running = await startedWith(project, 'parent.dot', 'inner');
      running.process.kill(signal);
      await running.tells(':inner#1 (tool, for ');
      project.write('go', '');
      const paused = await running.finished;
      expect(paused.code).toBe(3);
      expect(logOf(project)).toEqual(['inner', 'inner done']);
      expect(project.leftRunning()).toEqual([]);
      expect((await project.run(['resume', 'last', '--json'])).result()).toMatchObject({ status: 'success' });
      expect(logOf(project)).toEqual(['inner', 'inner done', 'last', 'last done']);
    },
  );

  test('at an open question ends at once, names nothing that is awaited, and the question stays', async () => {
    const project = newProject();
    project.write(
      'gate.dot',
      `digraph Gate { ${ends} gate [shape=hexagon, label="Good?"] start -> gate gate -> exit [label="[Y] Yes"] }`,
    );
    const running = project.start(['run', 'gate.dot'], { stdin: openStdin });
    await running.tells('Select: ');
    running.process.kill(signal);
    const paused = await running.finished;
    expect(paused.code).toBe(3);
    expect(paused.stderr).not.toContain('waits for');
    expect(paused.stderr).toContain('orchestra resume');
    expect((await project.run(['resume', 'last'], { stdin: 'y\n' })).code).toBe(0);
  });
});

describe('a second Ctrl-C', () => {
  test.each([
    ['a fan-out', 'fan.dot', fanPipeline, ['left', 'right']],
    ['a child pipeline', 'parent.dot', parentPipeline, ['inner']],
  ])('cancels %s with everything that runs in it', async (_what, file, text, tools) => {
    const project = newProject();
    project.write('child.dot', childPipeline);
    project.write(file, text);
    const running = await startedWith(project, file, ...tools);
    running.process.kill('SIGINT');
    await running.tells('Pausing');
    running.process.kill('SIGINT');
    const ended = await running.finished;
    expect(ended.code).toBe(130);
    expect(ended.result()).toMatchObject({ status: 'cancelled' });
    expect(project.leftRunning()).toEqual([]);
    expect(await stateOf(project)).toBe('cancelled');
    expect(logOf(project)).toEqual([...tools].toSorted());
  });

  test('after a SIGTERM is the first one: the run is paused', async () => {
    const project = newProject();
    project.write('fan.dot', fanPipeline);
    const running = await startedWith(project, 'fan.dot', 'left', 'right');
    running.process.kill('SIGTERM');
    await running.tells('Pausing');
    running.process.kill('SIGINT');
    project.write('go', '');
    expect((await running.finished).result()).toMatchObject({ status: 'paused' });
  });
});
