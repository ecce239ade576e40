import { describe, expect, test } from 'vitest';
import type { RunView } from '../../src/contract/run-view.ts';
import { newProject, openStdin, until, type CliProject, type Running } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

/** Each tool notes its name, with the operation's key; `slow` then goes on until `go` exists, with a child of its own. */
const slowPipeline = `digraph Slow {
  graph [goal="survive"]
  node [shape=parallelogram]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  first [tool_command="echo first $ORCHESTRA_KEY >> log"]
  slow  [tool_command="echo slow $ORCHESTRA_KEY >> log; (while [ ! -e go ]; do sleep 0.02; done) & wait; echo slow done >> log"]
  last  [tool_command="echo last $ORCHESTRA_KEY >> log"]
  start -> first -> slow -> last -> exit
}`;

const gatePipeline = (attributes = ''): string => `digraph Gate {
  node [shape=parallelogram]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  before [tool_command="echo before >> log"]
  gate [shape=hexagon, label="Shall it be?" ${attributes}]
  after [tool_command="echo after >> log"]
  start -> before -> gate
  gate -> after [label="[Y] Yes"]
  gate -> exit [label="[N] No"]
  after -> exit
}`;

interface StatusRun {
  readonly runId: string;
  readonly state: string;
  readonly waiting: readonly {
    readonly for: string;
    readonly stage?: string;
    readonly since: string;
    readonly until?: string;
  }[];
}

async function status(project: CliProject): Promise<StatusRun> {
  const [run] = (await project.run(['status', '--json'])).document<{ runs: readonly StatusRun[] }>().runs;
  if (!run) throw new Error('there is no run');
  return run;
}

const show = async (project: CliProject): Promise<RunView> =>
  (await project.run(['show', 'last', '--json'])).document<RunView>();

const logOf = (project: CliProject): readonly string[] => project.read('log').trimEnd().split('\n');

/** Starts the slow pipeline; resolves when its slow tool runs. */
async function startSlow(project: CliProject, ...args: readonly string[]): Promise<Running> {
  project.write('slow.dot', slowPipeline);
  const running = project.start(['run', 'slow.dot', ...args]);
  await until(() => project.has('log') && project.read('log').includes('slow '));
  return running;
}

describe('kill -9', () => {
  verifies(
    [
      'durability:R7:guardian',
      'durability:R2:never-again',
      'durability:R5:takeover',
      'durability:R3:key',
      'machine:resume:json',
    ],
    'in the middle of a tool leaves nothing running; resume repeats only what was in flight',
    async () => {
      const project = newProject();
      const running = await startSlow(project, '--json');
      expect(project.leftRunning().length).toBeGreaterThan(0);
      running.process.kill('SIGKILL');
      await running.finished;
      await until(() => project.leftRunning().length === 0);
      expect((await status(project)).state).toBe('interrupted');

      project.write('go', '');
      const resumed = await project.run(['resume', 'last', '--json']);
      expect(resumed.code).toBe(0);
      expect(resumed.result()).toMatchObject({
        status: 'success',
        visited: ['start', 'first', 'slow', 'last', 'exit'],
        attempts: { start: 1, first: 1, slow: 1, last: 1, exit: 1 },
      });
      // The operation in flight appears once more, with its key.
      expect(logOf(project)).toEqual(['first first#1', 'slow slow#1', 'slow slow#1', 'slow done', 'last last#1']);
      expect((await status(project)).state).toBe('completed');
    },
  );

  verifies('durability:R2:same-result', 'a resumed run ends as an undisturbed one', async () => {
    const [disturbed, undisturbed] = [newProject(), newProject()];
    const running = await startSlow(disturbed, '--json');
    running.process.kill('SIGKILL');
    await running.finished;
    for (const project of [disturbed, undisturbed]) project.write('go', '');
    undisturbed.write('slow.dot', slowPipeline);
    const [resumed, whole] = await Promise.all([
      disturbed.run(['resume', 'last', '--json']),
      undisturbed.run(['run', 'slow.dot', '--json']),
    ]);
    expect({ ...resumed.result(), runId: '' }).toEqual({ ...whole.result(), runId: '' });
  });

  test('prepared answers go on behind those that were given', async () => {
    const project = newProject();
    project.write(
      'gates.dot',
      `digraph Gates {
        start [shape=Mdiamond] exit [shape=Msquare]
        one [shape=hexagon, label="One?"] two [shape=hexagon, label="Two?"]
        slow [shape=parallelogram, tool_command="touch slow; while [ ! -e go ]; do sleep 0.02; done"]
        start -> one
        one -> slow [label="A"] one -> exit [label="B"]
        slow -> two
        two -> exit [label="C"] two -> one [label="D"]
      }`,
    );
    project.write('answers.json', '["A", "C", "B"]');
    const running = project.start(['run', 'gates.dot', '--json', '--answers', 'answers.json']);
    await until(() => project.has('slow'));
    running.process.kill('SIGKILL');
    await running.finished;
    project.write('go', '');
    const resumed = await project.run(['resume', 'last', '--json']);
    expect(resumed.result()).toMatchObject({ status: 'success', visited: ['start', 'one', 'slow', 'two', 'exit'] });
  });
});

describe('a run in another terminal', () => {
  verifies('durability:R5:lease', 'cannot be walked twice: the second resume names the owner', async () => {
    const project = newProject();
    const running = await startSlow(project);
    const second = await project.run(['resume', 'last', '--json']);
    expect(second.code).toBe(2);
    expect(second.document()).toMatchObject({
      code: 'RUN_HELD',
      details: { pid: running.process.pid, ageMs: expect.any(Number) },
    });
    expect((await status(project)).state).toBe('running');
    project.write('go', '');
    expect((await running.finished).code).toBe(0);
  });

  verifies(
    ['machine:command:cancel', 'machine:exit:cancelled', 'durability:R7:group', 'durability:R5:inbox-wakes'],
    'is cancelled while it runs a tool: the tool is gone and the first ends with 130',
    async () => {
      const project = newProject();
      const running = await startSlow(project, '--json');
      const cancelled = await project.run(['cancel', 'last', '--json', '--reason', 'no longer wanted']);
      expect(cancelled.code).toBe(0);
      expect(cancelled.document()).toMatchObject({ state: 'cancelled' });
      expect(project.leftRunning()).toEqual([]);
      const ended = await running.finished;
      expect(ended.code).toBe(130);
      expect(ended.result()).toMatchObject({ status: 'cancelled', failureReason: 'no longer wanted' });
      expect((await project.run(['cancel', 'last'])).code).toBe(2);
      expect((await project.run(['resume', 'last'])).code).toBe(2);
    },
  );

  test('is cancelled when nobody walks it', async () => {
    const project = newProject();
    const running = await startSlow(project);
    running.process.kill('SIGKILL');
    await running.finished;
    const cancelled = await project.run(['cancel', 'last', '--json']);
    expect(cancelled.document()).toMatchObject({ state: 'cancelled' });
    expect(logOf(project)).toEqual(['first first#1', 'slow slow#1']);
    expect((await show(project)).state).toBe('cancelled');
  });

  verifies(
    ['machine:command:answer', 'machine:command:answer-checked', 'durability:R5:waiting'],
    'is answered while it waits, after answers that do not fit were refused',
    async () => {
      const project = newProject();
      project.write('gate.dot', gatePipeline());
      const running = project.start(['run', 'gate.dot'], { stdin: openStdin });
      await running.tells('Select: ');
      const waiting = await status(project);
      expect(waiting).toMatchObject({
        state: 'waiting',
        waiting: [{ for: 'answer', stage: 'gate', since: expect.any(String) }],
      });
      const invalid = await project.run(['answer', 'last', 'perhaps', '--json']);
      expect(invalid.code).toBe(2);
      expect(invalid.document()).toMatchObject({ code: 'ANSWER_INVALID', hint: expect.stringContaining('Y') });
      const unknown = await project.run(['answer', 'last', 'Y', '--question', 'other', '--json']);
      expect([unknown.code, unknown.document()['code']]).toEqual([2, 'QUESTION_UNKNOWN']);
      const accepted = await project.run(['answer', 'last', 'yes', '--json']);
      expect(accepted.document()).toMatchObject({ question: 'gate#1', answer: 'yes', live: true });
      expect((await running.finished).code).toBe(0);
      expect(logOf(project)).toEqual(['before', 'after']);
      expect((await project.run(['answer', 'last', 'Y'])).code).toBe(2);
    },
  );

  test('is answered while nobody walks it: the answer is kept for the resume', async () => {
    const project = newProject();
    project.write('gate.dot', gatePipeline());
    expect((await project.run(['run', 'gate.dot', '--json'])).code).toBe(3);
    const stored = await project.run(['answer', 'last', 'Y']);
    expect(stored).toMatchObject({ code: 0, stdout: expect.stringContaining('orchestra resume') });
    const resumed = await project.run(['resume', 'last', '--json']);
    expect(resumed.result()).toMatchObject({
      status: 'success',
      visited: ['start', 'before', 'gate', 'after', 'exit'],
    });
    expect(logOf(project)).toEqual(['before', 'after']);
  });

  test('is answered in a child pipeline through the run that waits for it', async () => {
    const project = newProject();
    project.write('gate.dot', gatePipeline());
    project.write(
      'parent.dot',
      `digraph Parent {
        start [shape=Mdiamond] exit [shape=Msquare]
        child [type="sub_pipeline", sub_pipeline.dotfile="gate.dot"]
        start -> child -> exit
      }`,
    );
    const waiting = await project.run(['run', 'parent.dot']);
    expect(waiting).toMatchObject({ code: 3, stderr: expect.stringContaining('[?] Shall it be?') });
    const { runId } = await status(project);
    const kept = await project.run(['answer', runId, 'Y']);
    expect(kept).toMatchObject({ code: 0, stdout: expect.stringContaining(`orchestra resume ${runId}`) });
    expect((await project.run(['resume', 'last', '--json'])).result()).toMatchObject({ status: 'success' });
    expect(logOf(project)).toEqual(['before', 'after']);
  });

  verifies('durability:R5:inbox-order', 'the first of two answers counts', async () => {
    const project = newProject();
    project.write('gate.dot', gatePipeline());
    await project.run(['run', 'gate.dot', '--json']);
    await project.run(['answer', 'last', 'N']);
    const second = await project.run(['answer', 'last', 'Y', '--json']);
    expect([second.code, second.document()['code']]).toEqual([2, 'QUESTION_ANSWERED']);
    expect((await project.run(['resume', 'last', '--json'])).result().visited).toEqual([
      'start',
      'before',
      'gate',
      'exit',
    ]);
  });
});

test('a run goes on when whoever read its output has gone', async () => {
  const project = newProject();
  project.write('slow.dot', slowPipeline);
  const running = project.start(['run', 'slow.dot', '--json']);
  await running.prints('PipelineStarted');
  running.process.stdout?.destroy();
  project.write('go', '');
  expect((await running.finished).code).toBe(0);
  expect((await status(project)).state).toBe('completed');
});

describe('signals', () => {
  verifies(
    ['machine:exit:sigterm'],
    'SIGTERM pauses a run at its gate or at once where nothing runs, with 3',
    async () => {
      const project = newProject();
      project.write('gate.dot', gatePipeline());
      const running = project.start(['run', 'gate.dot'], { stdin: openStdin });
      await running.tells('Select: ');
      running.process.kill('SIGTERM');
      expect((await running.finished).code).toBe(3);
      const resumed = await project.run(['resume', 'last'], { stdin: 'Y\n' });
      expect(resumed.code).toBe(0);
      expect(logOf(project)).toEqual(['before', 'after']);
    },
  );

  verifies(
    ['machine:exit:interrupt', 'durability:R5:states'],
    'the first interrupt lets a running tool end and starts nothing new; the run can be resumed',
    async () => {
      const project = newProject();
      const running = await startSlow(project, '--json');
      running.process.kill('SIGINT');
      await running.tells('Pausing');
      project.write('go', '');
      const paused = await running.finished;
      expect(paused.code).toBe(3);
      expect(paused.result()).toMatchObject({ status: 'paused' });
      expect(logOf(project)).toEqual(['first first#1', 'slow slow#1', 'slow done']);
      expect((await status(project)).state).toBe('paused');
      const resumed = await project.run(['resume', 'last', '--json']);
      expect(resumed.result()).toMatchObject({ status: 'success' });
      expect(logOf(project)).toEqual(['first first#1', 'slow slow#1', 'slow done', 'last last#1']);
    },
  );

  test('a tool that does not end by itself is stopped after its grace, and done again on resume', async () => {
    const project = newProject();
    const running = await startSlow(project, '--json');
    running.process.kill('SIGTERM');
    const paused = await running.finished;
    expect(paused.code).toBe(3);
    expect(paused.result()).toMatchObject({ status: 'paused' });
    expect(project.leftRunning()).toEqual([]);
    project.write('go', '');
    expect((await project.run(['resume', 'last', '--json'])).result()).toMatchObject({ status: 'success' });
    expect(logOf(project)).toEqual(['first first#1', 'slow slow#1', 'slow slow#1', 'slow done', 'last last#1']);
  });

  test('the second interrupt cancels', async () => {
    const project = newProject();
    const running = await startSlow(project, '--json');
    running.process.kill('SIGINT');
    await running.tells('Pausing');
    running.process.kill('SIGINT');
    const ended = await running.finished;
    expect(ended.code).toBe(130);
    expect(ended.result()).toMatchObject({ status: 'cancelled' });
    expect(project.leftRunning()).toEqual([]);
  });
});

describe('a gate without anybody', () => {
  test('with timeout and default is waited for, though stdin is closed', async () => {
    const project = newProject();
    project.write('gate.dot', gatePipeline(', timeout="300ms", human.default_choice="Y"'));
    const ran = await project.run(['run', 'gate.dot', '--json']);
    expect(ran.result()).toMatchObject({ status: 'success', visited: ['start', 'before', 'gate', 'after', 'exit'] });
    expect(ran.events().map(({ type }) => type)).toContain('InterviewTimeout');
  });

  verifies(
    ['durability:timer:due', 'durability:timer:survives'],
    'whose timeout passes while nobody owns the run is decided by `resume --due`',
    async () => {
      const project = newProject();
      project.write('gate.dot', gatePipeline(', timeout="4s", human.default_choice="N"'));
      const running = project.start(['run', 'gate.dot', '--json']);
      await running.prints('InterviewStarted');
      running.process.kill('SIGKILL');
      await running.finished;
      const none = await project.run(['resume', '--due', '--json']);
      expect(none).toMatchObject({ code: 0, stdout: '', stderr: 'No run is due.\n' });
      const { until: due } = (await status(project)).waiting[0] ?? {};
      expect(due).toBeDefined();
      await until(() => Date.now() > Date.parse(due ?? ''));
      expect((await project.run(['status'])).stdout).toContain('due since');
      const resumed = await project.run(['resume', '--due', '--json']);
      expect(resumed.result()).toMatchObject({ status: 'success', visited: ['start', 'before', 'gate', 'exit'] });
      expect((await project.run(['resume', '--due'])).stderr).toBe('No run is due.\n');
    },
  );

  test('typed answers arrive while other work goes on', async () => {
    const project = newProject();
    project.write('gate.dot', gatePipeline());
    const running = project.start(['run', 'gate.dot'], { stdin: openStdin });
    await running.tells('Select: ');
    running.type('n\n');
    expect((await running.finished).code).toBe(0);
    expect(logOf(project)).toEqual(['before']);
  });
});
