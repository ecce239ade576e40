import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { allAgentIds } from '../../src/app/agents.ts';
import type { RunView } from '../../src/contract/run-view.ts';
import { newProject, until, type CliProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const pipeline = `digraph Sample {
  graph [goal="Show it"]
  start [shape=Mdiamond, label="Start"]
  exit [shape=Msquare, label="Done"]
  list [shape=parallelogram, label="List", tool_command="echo one; echo two"]
  work [label="Work", prompt="Do it", max_retries=1, backoff_policy="none"]
  gate [shape=hexagon, label="Good?"]
  start -> list -> work -> gate
  gate -> exit [label="[Y] Yes"]
  gate -> work [label="[N] No", max_visits=3]
}`;

/** A project with a run of the sample that waits at its gate. */
async function waitingProject(): Promise<CliProject> {
  const project = newProject();
  project.write('sample.dot', pipeline);
  project.write('script.json', { work: ['throw-transient: busy', { text: 'done' }] });
  const ran = await project.run(['run', 'sample.dot', '--json', '--script', 'script.json']);
  expect(ran.code).toBe(3);
  return project;
}

/** Output with what differs from run to run replaced. */
function steady(text: string): string {
  return text
    .replaceAll(/\d{8}-\d{6}-[0-9a-f]{6}/g, 'RUN')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replaceAll(/\d+(\.\d+)? m?s\b/g, 'DURATION')
    .replaceAll(/\d+ bytes/g, 'N bytes');
}

const commands = [
  ...[
    'run',
    'compile',
    'resume',
    'status',
    'runs',
    'show',
    'logs',
    'graph',
    'answer',
    'cancel',
    'prune',
    'agents',
    'doctor',
  ],
  ...['fmt', 'init', 'completion', 'replay', 'record', 'test'],
];

describe('help', () => {
  test.each(['', ...commands])('orchestra %s --help', async (command) => {
    const { code, stdout, stderr } = await newProject().run([...command.split(' ').filter(Boolean), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
  });

  verifies(
    'machine:exit:usage',
    'what the command line does not know ends with 2, with what may have been meant',
    async () => {
      const project = newProject();
      const said = async (...args: string[]) => {
        const { code, stdout, stderr } = await project.run(args);
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        return stderr;
      };
      expect(await said('rnu')).toContain('did you mean `run`?');
      expect(await said('run', 'x.dot', '--jsn')).toContain('did you mean --json?');
      expect(await said('run')).toContain('error USAGE: ');
      expect(await said('graph', 'x.dot', '--format', 'png')).toContain('terminal|svg|dot');
      expect(await said('status', '--limit', 'many')).toContain('--limit');
      expect(await said('show', 'nothing')).toContain('RUN_UNKNOWN');
      expect(await said('resume')).toContain('--due');
      expect(await said('resume', 'last', '--due')).toContain('--due');
      expect(project.has('.orchestra')).toBe(false);
    },
  );
});

describe('views of runs', () => {
  verifies(
    ['machine:command:status', 'machine:command:show', 'durability:R5:waiting'],
    'status and show tell what a waiting run waits for, and what it did',
    async () => {
      const project = await waitingProject();
      expect(steady((await project.run(['status'])).stdout)).toMatchInlineSnapshot(`
        "RUN  waiting      TIME  Sample
            waits for an answer: Good? (since TIME)
        "
      `);
      expect(steady((await project.run(['show', 'last'])).stdout)).toMatchInlineSnapshot(`
        "Sample  RUN
          state    waiting
          goal     Show it
          started  TIME, DURATION

        Nodes
          success          start#1  DURATION
          success          list#1   DURATION
          success          work#1   DURATION  2 attempts
          waiting          gate#1

        Questions
          gate#1  Good?
            [Y] Yes
            [N] No

        Context
          current_node = gate
          outcome = success
          graph.goal = Show it
          tool.output = one two 
          tool.exit_code = 0
          tools.list.output = one two 
          tools.list.exit_code = 0
          last_stage = work
          last_response = done

        Turns
           4  after start
          12  after list
          24  after work

        Artifacts
          work.prompt  N bytes
          work.response  N bytes
        "
      `);
      const view = (await project.run(['show', 'last', '--json'])).document<RunView>();
      expect(view).toMatchObject({
        pipeline: 'Sample',
        goal: 'Show it',
        state: 'waiting',
        visited: ['start', 'list', 'work', 'gate'],
        attempts: { start: 1, list: 1, work: 2, gate: 1 },
        context: { 'graph.goal': 'Show it', last_stage: 'work' },
        questions: [{ id: 'gate#1', stage: 'gate', text: 'Good?', type: 'MULTIPLE_CHOICE' }],
      });
      expect(view.nodes.map(({ node, status, attempts }) => [node, status, attempts])).toEqual([
        ['start', 'success', 1],
        ['list', 'success', 1],
        ['work', 'success', 2],
        ['gate', 'waiting', 1],
      ]);
    },
  );

  test('a run is found by the beginning of its id; an ambiguous beginning is refused', async () => {
    const project = await waitingProject();
    const { runId } = (await project.run(['show', 'last', '--json'])).document<RunView>();
    expect((await project.run(['show', runId.slice(0, 18), '--json'])).document<RunView>().runId).toBe(runId);
    await project.run(['run', 'sample.dot', '--json', '--script', 'script.json']);
    const ambiguous = await project.run(['show', runId.slice(0, 4)]);
    expect(ambiguous).toMatchObject({ code: 2, stderr: expect.stringContaining('2 runs begin with') });
    const listed = (await project.run(['status', '--limit', '1', '--json'])).document<{ runs: unknown[] }>();
    expect(listed.runs).toHaveLength(1);
  });

  test('commands find the project from a folder inside it', async () => {
    const project = await waitingProject();
    project.write('deep/inside/keep', '');
    const { stdout } = await project.run(['status'], { cwd: `${project.folder}/deep/inside` });
    expect(stdout).toContain('Sample');
  });

  test('a project without runs says how to begin, and stays as it is', async () => {
    const project = newProject();
    expect(await project.run(['status'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('orchestra run'),
    });
    expect((await project.run(['status', '--json'])).document()).toEqual({ runs: [] });
    expect(project.has('.orchestra')).toBe(false);
  });
});

describe('show of one node', () => {
  verifies('machine:command:show', 'tells its visits, and what it was asked and answered', async () => {
    const project = await waitingProject();
    expect(steady((await project.run(['show', 'last', 'work'])).stdout)).toMatchInlineSnapshot(`
      "success          work#1  DURATION  2 attempts  Stage completed: work

      work.prompt
        Do it

      work.response
        done
      "
    `);
    const document = (await project.run(['show', 'last', 'work#1', '--json'])).document();
    expect(document).toMatchObject({
      pipeline: 'Sample',
      node: 'work#1',
      visits: [{ node: 'work', visit: 1, attempts: 2, status: 'success' }],
      artifacts: { 'work.prompt': 'Do it', 'work.response': 'done' },
    });
    const unvisited = await project.run(['show', 'last', 'exit']);
    expect(unvisited).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('has not come to exit') });
  });
});

describe('show of a node that is no agent', () => {
  test('tells what a tool printed, what was chosen at a gate, and what one asks', async () => {
    const project = newProject();
    project.write(
      'loop.dot',
      `digraph Loop {
        start [shape=Mdiamond] exit [shape=Msquare]
        tool [shape=parallelogram, tool_command="echo printed"] gate [shape=hexagon, label="Enough?"]
        start -> tool -> gate
        gate -> exit [label="[Y] Yes"]
        gate -> tool [label="[N] No"]
      }`,
    );
    project.write('answers.json', ['N']);
    await project.run(['run', 'loop.dot', '--answers', 'answers.json']);
    expect(steady((await project.run(['show', 'last', 'tool#1'])).stdout)).toMatchInlineSnapshot(`
      "success          tool#1  DURATION  Tool completed: echo printed

      tool.output
        printed
      "
    `);
    expect(steady((await project.run(['show', 'last', 'gate'])).stdout)).toMatchInlineSnapshot(`
      "success          gate#1  DURATION  Selected [N] No
      fail             gate#2  DURATION  human skipped interaction
      "
    `);
    const waiting = await waitingProject();
    expect((await waiting.run(['show', 'last', 'gate'])).stdout).toMatchInlineSnapshot(`
      "waiting          gate#1

      gate#1  Good?
        [Y] Yes
        [N] No
      "
    `);
    const document = (await project.run(['show', 'last', 'tool', '--json'])).document();
    expect(document).toMatchObject({ artifacts: { 'tool.output': 'printed\n' } });
  });
});

describe('runs', () => {
  verifies('machine:command:runs', 'lists the newest first, with what each waits for or why it failed', async () => {
    const project = await waitingProject();
    project.write(
      'bad.dot',
      'digraph Bad { s [shape=Mdiamond] e [shape=Msquare] x [shape=parallelogram, tool_command="exit 3"] s -> x -> e }',
    );
    await project.run(['run', 'bad.dot']);
    const shown = steady((await project.run(['runs'])).stdout).replaceAll(/ {2,}/g, '  ');
    expect(shown).toMatchInlineSnapshot(`
      "RUN  STATE  STARTED  ELAPSED  NODES  COST  PIPELINE
      RUN  failed  TIME  DURATION  2  Bad
        Tool failed with exit code 3
      RUN  waiting  TIME  DURATION  3  Sample
        waits for an answer: Good? (since TIME)
      "
    `);
    const { runs } = (await project.run(['runs', '--json'])).document<{ runs: Record<string, unknown>[] }>();
    expect(runs).toMatchObject([
      { pipeline: 'Bad', state: 'failed', nodesDone: 2, failureReason: expect.any(String), waiting: [] },
      {
        pipeline: 'Sample',
        state: 'waiting',
        nodesDone: 3,
        usage: { inputTokens: 0 },
        waiting: [{ for: 'answer', stage: 'gate' }],
      },
    ]);
    const of = async (...filter: string[]) =>
      (await project.run(['runs', '--json', ...filter]))
        .document<{ runs: { pipeline: string }[] }>()
        .runs.map(({ pipeline: name }) => name);
    expect(await of('--state', 'waiting')).toEqual(['Sample']);
    expect(await of('--pipeline', 'Bad')).toEqual(['Bad']);
    expect(await of('--limit', '1')).toEqual(['Bad']);
    expect(await of('--since', '1h')).toEqual(['Bad', 'Sample']);
    expect(await of('--since', '2100-01-01')).toEqual([]);
    const none = await project.run(['runs', '--state', 'cancelled', '--since', '1h']);
    expect(none).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('No run fits --state cancelled --since 1h'),
    });
  });

  verifies('durability:R5:states', 'a run whose process was killed is interrupted, never running', async () => {
    const project = newProject();
    project.write(
      'slow.dot',
      'digraph Slow { s [shape=Mdiamond] e [shape=Msquare] x [shape=parallelogram, tool_command="touch on; sleep 600"] s -> x -> e }',
    );
    const running = project.start(['run', 'slow.dot']);
    await until(() => project.has('on'));
    const states = async () =>
      (await project.run(['runs', '--json'])).document<{ runs: { state: string }[] }>().runs.map(({ state }) => state);
    expect(await states()).toEqual(['running']);
    running.process.kill('SIGKILL');
    await running.finished;
    expect(await states()).toEqual(['interrupted']);
    expect((await project.run(['runs', '--state', 'running'])).stdout).toBe('');
    expect((await project.run(['runs', '--state', 'interrupted'])).stdout).toContain('Slow');
  });
});

describe('graph', () => {
  verifies('machine:command:graph', 'draws a file as text, DOT and SVG', async () => {
    const project = newProject();
    project.write('sample.dot', pipeline);
    expect((await project.run(['graph', 'sample.dot'])).stdout).toMatchInlineSnapshot(`
      "Sample
      Goal: Show it

      start  start: Start
        -> list

      list  tool: List
        -> work

      work  codergen: Work
        -> gate

      gate  wait.human: Good?
        -> exit  "[Y] Yes"
        -> work  "[N] No" (back) (at most 3 visits)

      exit  exit: Done
      "
    `);
    const dot = await project.run(['graph', 'sample.dot', '--format', 'dot']);
    expect(dot.stdout).toMatch(/^digraph "Sample" \{/);
    const svg = await project.run(['graph', 'sample.dot', '--format', 'svg', '--output', 'sample.svg']);
    expect(svg).toMatchObject({ code: 0, stdout: '' });
    expect(project.read('sample.svg')).toContain('<svg');
    expect(project.read('sample.svg')).toContain('Good?');
  });

  test('draws a run with the states of its nodes', async () => {
    const project = await waitingProject();
    const { stdout } = await project.run(['graph', 'last']);
    expect(stdout).toContain('work  codergen: Work [success]');
    expect(stdout).toContain('gate  wait.human: Good? [waiting]');
  });

  test('what cannot be drawn is an error', async () => {
    const project = newProject();
    project.write('broken.dot', 'digraph {');
    expect((await project.run(['graph', 'broken.dot'])).code).toBe(1);
    expect((await project.run(['graph', 'absent.dot'])).code).toBe(2);
    project.write('sample.dot', pipeline);
    const refused = await project.run(['graph', 'sample.dot', '--output', 'no/such/folder.svg']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('FILE_UNWRITABLE') });
  });
});

describe('doctor and init', () => {
  verifies('machine:command:doctor', 'doctor tells what is there and what is missing', async () => {
    const project = newProject();
    const examined = await project.run(['doctor', '--json']);
    expect(examined.code).toBe(0);
    const { findings } = examined.document<{ findings: { subject: string; ok: boolean; detail: string }[] }>();
    const agents = [...allAgentIds(), 'direct', 'loop', 'langgraph'].map((id) => `agent ${id}`);
    const ofMachine = ['sandbox bwrap', 'sandbox docker', 'sandbox podman', 'limits'];
    expect(findings.map(({ subject }) => subject)).toEqual([
      ...['node', 'git', 'journal', ...ofMachine, ...agents, 'agent simulation'],
    ]);
    const usable = findings.filter(({ subject, ok }) => ok && !ofMachine.includes(subject));
    expect(usable.map(({ subject }) => subject)).toEqual(['node', 'git', 'journal', 'agent simulation']);
    expect(findings.find(({ subject }) => subject === 'agent claude-code')?.detail).toContain('npm install');
    expect((await project.run(['doctor'])).stdout).toContain('absent   agent claude-code');
    expect(project.has('.orchestra')).toBe(false);
  });

  verifies('machine:command:init', 'init makes a pipeline that runs, and overwrites nothing', async () => {
    const project = newProject();
    execFileSync('git', ['init', '--quiet'], { cwd: project.folder });
    expect((await project.run(['init'])).stdout).toContain('created');
    const ran = await project.run(['run', 'pipeline.dot', '--json']);
    expect(ran.result()).toMatchObject({ status: 'success' });
    project.write('pipeline.dot', 'mine');
    expect((await project.run(['init'])).stdout).toContain('kept');
    expect(project.read('pipeline.dot')).toBe('mine');
  });
});
