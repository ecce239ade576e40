import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isEventType } from '../../src/contract/event-line.ts';
import { newProject, type CliProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const example = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../fixtures/attractor/${name}.dot`), 'utf8');

/** A pipeline from start to exit with these nodes and edges between them. */
const pipeline = (body: string, attributes = 'rankdir=LR'): string =>
  `digraph Test { graph [${attributes}] start [shape=Mdiamond] exit [shape=Msquare] ${body} }`;

interface Scripted {
  readonly script?: object;
  readonly answers?: readonly string[];
  readonly args?: readonly string[];
}

/** Runs a pipeline text with the scripted backend and `--json`. */
async function runScripted(project: CliProject, text: string, { script = {}, answers, args = [] }: Scripted = {}) {
  project.write('pipeline.dot', text);
  project.write('script.json', JSON.stringify(script));
  if (answers) project.write('answers.json', JSON.stringify(answers));
  const answered = answers ? ['--answers', 'answers.json'] : [];
  return project.run(['run', 'pipeline.dot', '--json', '--script', 'script.json', ...answered, ...args]);
}

describe('run --json', () => {
  verifies(
    ['machine:run:json-lines', 'machine:run:event-names', 'machine:run:result-last', 'machine:exit:success'],
    'prints events with their place, the last line is the result, and nothing else is on stdout',
    async () => {
      const project = newProject();
      const ran = await runScripted(project, example('2.13-linear'));
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      const events = ran.events();
      expect(events.map(({ type }) => type)).toEqual([
        'PipelineStarted',
        ...['start', 'run_tests', 'report', 'exit'].flatMap(() => [
          'StageStarted',
          'StageCompleted',
          'CheckpointSaved',
        ]),
        'PipelineCompleted',
      ]);
      const { runId } = ran.result();
      const seqs = events.map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      expect(new Set(seqs).size).toBe(seqs.length);
      for (const event of events) {
        expect(isEventType(event.type)).toBe(true);
        expect(event).toMatchObject({ runId, at: expect.stringMatching(/^\d{4}-.*Z$/) });
      }
      expect(ran.result()).toEqual({
        type: 'result',
        runId,
        status: 'success',
        visited: ['start', 'run_tests', 'report', 'exit'],
        attempts: { start: 1, run_tests: 1, report: 1, exit: 1 },
        context: expect.objectContaining({
          'graph.goal': 'Run tests and report',
          outcome: 'success',
          last_stage: 'report',
        }),
      });
    },
  );

  verifies(
    ['machine:run:visited', 'machine:run:attempts', 'machine:script:status-word', 'machine:script:last-repeats'],
    'visits are listed with repeats, and a diamond routes on the outcome it received',
    async () => {
      const ran = await runScripted(newProject(), example('2.13-branching'), {
        script: { validate: ['fail', 'success'] },
      });
      expect(ran.result()).toMatchObject({
        status: 'success',
        visited: ['start', 'plan', 'implement', 'validate', 'gate', 'implement', 'validate', 'gate', 'exit'],
        attempts: { start: 1, plan: 1, implement: 2, validate: 2, gate: 2, exit: 1 },
      });
      expect(ran.result().context).not.toHaveProperty('internal.retry_count.validate');
    },
  );

  verifies(
    ['machine:script:throw', 'machine:run:failure-reason', 'machine:exit:failed', 'machine:run:status'],
    'a thrown entry fails for good, with its message as the reason',
    async () => {
      const text = pipeline('work [prompt="x", max_retries=3] start -> work -> exit');
      const ran = await runScripted(newProject(), text, { script: { work: ['throw: the disk is full'] } });
      expect(ran.code).toBe(1);
      expect(ran.result()).toMatchObject({
        status: 'fail',
        attempts: { start: 1, work: 1 },
        visited: ['start', 'work'],
      });
      expect(ran.result().failureReason).toContain('the disk is full');
    },
  );

  verifies(
    'machine:script:throw-transient',
    'a transient throw is retried until the entries end with success',
    async () => {
      const text = pipeline('work [prompt="x", max_retries=3, backoff_policy="none"] start -> work -> exit');
      const ran = await runScripted(newProject(), text, {
        script: { work: ['throw-transient: busy', 'throw-transient: busy', 'success'] },
      });
      expect(ran.result()).toMatchObject({
        status: 'success',
        attempts: { work: 3 },
        visited: ['start', 'work', 'exit'],
      });
      const retries = ran.events().filter(({ type }) => type === 'StageRetrying');
      expect(retries.map((event) => 'attempt' in event && event.attempt)).toEqual([2, 3]);
    },
  );

  verifies(
    ['machine:script:object', 'machine:run:context'],
    'an entry with text, label, ids, updates and notes decides route and context',
    async () => {
      const text = pipeline(
        `work [prompt="x"] left [prompt="l"] right [prompt="r"] middle [prompt="m"]
         start -> work -> left [label="Left"] work -> right [label="Right"] work -> middle
         left -> exit right -> exit middle -> exit`,
      );
      const entry = { text: 'the answer', context_updates: { color: 'blue', size: 3 }, notes: 'noted' };
      const byLabel = await runScripted(newProject(), text, {
        script: { work: [{ ...entry, preferred_label: 'right' }] },
      });
      expect(byLabel.result()).toMatchObject({ visited: ['start', 'work', 'right', 'exit'] });
      expect(byLabel.result().context).toMatchObject({ color: 'blue', size: 3 });
      expect(byLabel.events()).toContainEqual(
        expect.objectContaining({
          type: 'StageCompleted',
          name: 'work',
          outcome: expect.objectContaining({ notes: 'noted' }),
        }),
      );
      const byId = await runScripted(newProject(), text, {
        script: { work: [{ suggested_next_ids: ['nobody', 'middle'] }] },
      });
      expect(byId.result()).toMatchObject({ visited: ['start', 'work', 'middle', 'exit'] });
    },
  );

  verifies('machine:script:delay', 'a delayed entry takes its time', async () => {
    const text = pipeline('work [prompt="x"] start -> work -> exit');
    const ran = await runScripted(newProject(), text, { script: { work: [{ delay_ms: 150 }] } });
    const done = ran.events().find((event) => event.type === 'StageCompleted' && event.name === 'work');
    expect(done).toMatchObject({ durationMs: expect.toSatisfy((ms: number) => ms >= 150) });
  });

  verifies('machine:script:branches-and-children', 'entries count in branches and child pipelines too', async () => {
    const project = newProject();
    project.write('child.dot', pipeline('inner [prompt="i"] start -> inner -> exit'));
    const text = pipeline(
      `fan [shape=component] a [prompt="a"] b [prompt="b"] join [shape=tripleoctagon]
       sub [type="sub_pipeline", sub_pipeline.dotfile="child.dot"]
       start -> fan fan -> a -> join fan -> b -> join join -> sub -> exit`,
    );
    const ran = await runScripted(project, text, {
      script: { a: [{ context_updates: { said: 'by a' } }], inner: ['throw: inside'], b: ['success'] },
    });
    expect(ran.result()).toMatchObject({ status: 'fail', attempts: { a: 1, b: 1, join: 1, sub: 1 } });
    expect(ran.result().visited).toEqual(['start', 'fan', 'join', 'sub']);
    expect(ran.result().failureReason).toContain('inside');
    expect(ran.events().some(({ runId }) => runId !== ran.result().runId)).toBe(true);
  });

  verifies(
    ['machine:run:inputs', 'machine:exit:usage', 'defect:inputs-late'],
    'inputs are texts under their keys; what is none is a usage error before anything starts',
    async () => {
      const project = newProject();
      const text = pipeline('work [prompt="x"] start -> work -> exit');
      const ran = await runScripted(project, text, { args: ['a=1', 'url=http://x/?q=1&r=2', 'empty='] });
      expect(ran.result().context).toMatchObject({ a: '1', url: 'http://x/?q=1&r=2', empty: '' });
      const wrong = newProject();
      for (const input of ['word', '=value']) {
        const refused = await runScripted(wrong, text, { args: [input] });
        expect(refused.code).toBe(2);
        expect(refused.document()).toMatchObject({ type: 'error', code: 'USAGE' });
      }
      expect(wrong.has('.orchestra')).toBe(false);
    },
  );

  verifies(
    ['machine:run:cwd', 'machine:run:run-dir', 'machine:run:state-place'],
    'tools run in --cwd, the run directory lies where asked, and all else in .orchestra',
    async () => {
      const project = newProject();
      project.write('elsewhere/keep', '');
      const text = pipeline(
        'where [shape=parallelogram, tool_command="pwd; echo made > made.txt"] start -> where -> exit',
      );
      const ran = await runScripted(project, text, { args: ['--cwd', 'elsewhere', '--run-dir', 'out/run'] });
      expect(ran.result().context).toMatchObject({ 'tool.output': `${project.folder}/elsewhere\n` });
      expect(project.read('elsewhere/made.txt')).toBe('made\n');
      expect(JSON.parse(project.read('out/run/checkpoint.json'))).toMatchObject({ current_node: 'exit' });
      expect(project.has('.orchestra/journal.db')).toBe(true);
      expect(project.has('.orchestra/runs')).toBe(false);
      expect(project.read('.orchestra/.gitignore')).toBe('*\n');
      expect(readdirSync(join(project.folder, '.orchestra/scratch'))).toEqual([]);
      const lost = await runScripted(project, text, { args: ['--cwd', 'nowhere'] });
      expect(lost.code).toBe(2);
    },
  );

  test('ORCHESTRA_HOME takes the state somewhere else', async () => {
    const project = newProject();
    project.write('pipeline.dot', example('2.13-linear'));
    const env = { ORCHESTRA_HOME: join(project.folder, '../state') };
    await project.run(['run', 'pipeline.dot', '--json', '--backend', 'simulation'], { env });
    expect(project.has('.orchestra')).toBe(false);
    expect(project.has('../state/journal.db')).toBe(true);
    expect((await project.run(['status', '--json'], { env })).document<{ runs: unknown[] }>().runs).toHaveLength(1);
    expect((await project.run(['status', '--json'])).document<{ runs: unknown[] }>().runs).toHaveLength(0);
  });

  verifies(
    'machine:run:refused',
    'a pipeline with errors ends with a result line that holds them, and no run',
    async () => {
      const project = newProject();
      project.write('pipeline.dot', 'digraph G { start [shape=Mdiamond] work [prompt="x"] start -> work }');
      const refused = await project.run(['run', 'pipeline.dot', '--json']);
      expect(refused.code).toBe(1);
      expect(refused.document()).toMatchObject({
        type: 'result',
        runId: '',
        status: 'fail',
        visited: [],
        attempts: {},
        context: {},
        diagnostics: expect.arrayContaining([expect.objectContaining({ rule: 'terminal_node', severity: 'error' })]),
      });
      expect(project.has('.orchestra')).toBe(false);
    },
  );

  verifies('machine:script:invalid', 'a script of another shape ends with 2 and names the place', async () => {
    const project = newProject();
    const text = pipeline('work [prompt="x"] start -> work -> exit');
    const refused = await runScripted(project, text, { script: { work: ['success', { status: 'perfect' }] } });
    expect(refused.code).toBe(2);
    expect(refused.document()).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('work[1].status'),
    });
    expect((await project.run(['status', '--json'])).document()).toEqual({ runs: [] });
  });

  test('a script too large for a row of the journal works as any other', async () => {
    const text = pipeline('work [prompt="x"] start -> work -> exit');
    const ran = await runScripted(newProject(), text, {
      script: { work: [{ text: 'x', context_updates: { long: 'x'.repeat(200_000) } }], other: ['fail'] },
    });
    expect(ran.result()).toMatchObject({ status: 'success', context: { long: 'x'.repeat(200_000) } });
  });
});

describe('run --dry-run', () => {
  verifies('machine:run:dry-run', 'shows the way, and runs no tool and no agent, in children neither', async () => {
    const project = newProject();
    project.write(
      'child.dot',
      pipeline('inner [shape=parallelogram, tool_command="touch made"] start -> inner -> exit'),
    );
    project.write(
      'pipeline.dot',
      pipeline(
        `tool [shape=parallelogram, tool_command="touch made"] work [prompt="x"] gate [shape=hexagon]
         sub [type="sub_pipeline", sub_pipeline.dotfile="child.dot"]
         start -> tool -> work -> gate  gate -> sub [label="Go"]  gate -> tool [label="Back"]  sub -> exit`,
      ),
    );
    const ran = await project.run(['run', 'pipeline.dot', '--dry-run', '--json', 'key=value']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.result()).toMatchObject({
      status: 'success',
      visited: ['start', 'tool', 'work', 'gate', 'sub', 'exit'],
      attempts: { tool: 1, work: 1 },
      context: { key: 'value' },
    });
    expect(ran.events().map(({ type }) => type)).toContain('PipelineCompleted');
    expect((await project.run(['run', 'pipeline.dot', '--dry-run', '--backend', 'claude'])).code).toBe(2);
    expect([project.has('made'), project.has('.orchestra')]).toEqual([false, false]);
  });
});

describe('answers', () => {
  const gates = pipeline(
    `one [shape=hexagon, label="First?"] two [shape=hexagon, label="Second?"]
     start -> one one -> two [label="[Y] Yes"] one -> exit [label="[N] No"]
     two -> exit [label="[D] Done"] two -> one [label="[A] Again"]`,
  );
  const selected = (ran: Awaited<ReturnType<typeof runScripted>>) =>
    ran.events().flatMap((event) => (event.type === 'InterviewCompleted' ? [event.answer] : []));

  verifies(
    'machine:answers:order',
    'answers are taken in the order of the gates, by key, label or target',
    async () => {
      const ran = await runScripted(newProject(), gates, { answers: ['y', '[A] Again', 'Yes', 'exit'] });
      expect(ran.result()).toMatchObject({ status: 'success', visited: ['start', 'one', 'two', 'one', 'two', 'exit'] });
      expect(selected(ran)).toMatchObject([{ key: 'Y' }, { key: 'A' }, { key: 'Y' }, { key: 'D' }]);
    },
  );

  verifies(
    ['machine:answers:timeout', 'machine:answers:skipped', 'machine:answers:exhausted'],
    'a timeout takes the default where there is one; a skip and an exhausted list never approve',
    async () => {
      const withDefault = gates.replace('label="First?"', 'label="First?", human.default_choice="N"');
      const timedOut = await runScripted(newProject(), withDefault, { answers: ['TIMEOUT'] });
      expect(timedOut.result()).toMatchObject({ status: 'success', visited: ['start', 'one', 'exit'] });
      const undecided = await runScripted(newProject(), gates, { answers: ['TIMEOUT'] });
      expect(undecided.result().status).toBe('fail');
      for (const answers of [['SKIPPED'], []]) {
        const skipped = await runScripted(newProject(), gates, { answers });
        expect(skipped.result()).toMatchObject({ status: 'fail', visited: ['start', 'one'] });
      }
    },
  );

  test('an answer that is no option fails the gate', async () => {
    const ran = await runScripted(newProject(), gates, { answers: ['perhaps'] });
    expect(ran.result()).toMatchObject({ status: 'fail', visited: ['start', 'one'] });
    expect(ran.result().failureReason).toContain('perhaps');
  });

  test('an answers file of another shape ends with 2', async () => {
    const project = newProject();
    project.write('pipeline.dot', gates);
    project.write('answers.json', '["y", 1]');
    const refused = await project.run(['run', 'pipeline.dot', '--json', '--answers', 'answers.json']);
    expect(refused.code).toBe(2);
    expect(refused.document()).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('answers[1]'),
    });
  });

  verifies('machine:run:auto-approve', '--auto-approve takes the first choice of every gate', async () => {
    const ran = await runScripted(newProject(), gates, { args: ['--auto-approve'] });
    expect(ran.result()).toMatchObject({ status: 'success', visited: ['start', 'one', 'two', 'exit'] });
  });

  verifies('machine:exit:waiting', 'a gate nobody here can answer leaves the run waiting, with 3', async () => {
    const ran = await runScripted(newProject(), gates);
    expect(ran.code).toBe(3);
    expect(ran.result()).toMatchObject({ status: 'waiting', visited: ['start', 'one'] });
  });
});

describe('backends', () => {
  const text = pipeline('work [prompt="x"] start -> work -> exit');

  verifies(
    ['machine:backend:simulation-never-silent', 'machine:exit:usage'],
    'without an agent a pipeline is refused with a hint, unless it allows simulation, which is said',
    async () => {
      const project = newProject();
      project.write('pipeline.dot', text);
      const refused = await project.run(['run', 'pipeline.dot', '--json']);
      expect(refused.code).toBe(2);
      expect(refused.document()).toMatchObject({
        code: 'BACKEND_MISSING',
        hint: expect.stringContaining('--backend simulation'),
      });
      project.write('pipeline.dot', pipeline('work [prompt="x"] start -> work -> exit', 'simulate=allowed'));
      const simulated = await project.run(['run', 'pipeline.dot', '--json']);
      expect(simulated.result().status).toBe('success');
      expect(simulated.stderr).toContain('answers are simulated');
      expect((await project.run(['run', 'pipeline.dot', '--json', '--backend', 'simulation'])).stderr).toBe('');
    },
  );

  verifies(
    'machine:backend:choice',
    'flag before node before configuration; each must be known and there',
    async () => {
      const project = newProject();
      project.write('pipeline.dot', text);
      const refusal = async (...args: string[]) => {
        const ran = await project.run(['run', 'pipeline.dot', '--json', ...args]);
        return [ran.code, ran.document()['code']];
      };
      expect(await refusal('--backend', 'nobody')).toEqual([2, 'BACKEND_UNKNOWN']);
      expect(await refusal('--backend', 'claude-code')).toEqual([2, 'TOOL_MISSING']);
      expect(await refusal('--backend', 'simulation', '--script', 'x.json')).toEqual([2, 'USAGE']);
      project.write('orchestra.yaml', 'backend: claude\n');
      expect(await refusal()).toEqual([2, 'TOOL_MISSING']);
      project.write('orchestra.yaml', 'backend: simulation\n');
      expect((await project.run(['run', 'pipeline.dot', '--json'])).code).toBe(0);
      project.write('pipeline.dot', pipeline('work [prompt="x", agent="nobody"] start -> work -> exit'));
      const unknown = await project.run(['run', 'pipeline.dot', '--json']);
      expect([unknown.code, unknown.result().diagnostics]).toMatchObject([1, [{ rule: 'agent_known' }]]);
      expect((await project.run(['run', 'pipeline.dot', '--json', '--backend', 'simulation'])).code).toBe(0);
      project.write('orchestra.yaml', 'backend: [\n');
      expect(await refusal()).toEqual([2, 'CONFIG_INVALID']);
    },
  );
});

describe('run for people', () => {
  test('progress goes to stderr, the report of the last stage to stdout', async () => {
    const project = newProject();
    project.write('pipeline.dot', pipeline('work [prompt="x"] start -> work -> exit'));
    project.write('script.json', { work: [{ text: 'What came of it.' }] });
    const ran = await project.run(['run', 'pipeline.dot', '--script', 'script.json']);
    expect(ran.stdout).toBe('What came of it.\n');
    const runId = /run (\S+)/.exec(ran.stderr)?.[1] ?? '';
    expect(ran.stderr.replaceAll(runId, 'RUN').replaceAll(/[\d.]+ m?s/g, 'TIME')).toMatchInlineSnapshot(`
      "[Pipeline] Test  run RUN
        > work
        + work  TIME


      [Pipeline] completed after TIME
        See all of it with: orchestra show RUN
      "
    `);
  });

  test('the report is whole, however long it is', async () => {
    const project = newProject();
    const command = 'seq 1 30000';
    project.write(
      'pipeline.dot',
      pipeline(`work [shape=parallelogram, tool_command="${command}"] start -> work -> exit`),
    );
    const { stdout } = await project.run(['run', 'pipeline.dot']);
    expect(stdout.trim().split('\n')).toHaveLength(30_000);
  });

  test('answers can be piped in', async () => {
    const project = newProject();
    project.write('pipeline.dot', example('2.13-human-gate'));
    const ran = await project.run(['run', 'pipeline.dot', '--backend', 'simulation'], { stdin: 'what?\nf\nA\n' });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('Please answer with one of: A, F');
    const { document } = await project.run(['show', 'last', '--json']);
    expect(document()).toMatchObject({ visited: ['start', 'review_gate', 'fixes', 'review_gate', 'ship_it', 'exit'] });
  });

  test('with stdin closed at a gate it says what is asked and how to go on', async () => {
    const project = newProject();
    project.write('pipeline.dot', example('2.13-human-gate'));
    const ran = await project.run(['run', 'pipeline.dot', '--backend', 'simulation']);
    expect(ran.code).toBe(3);
    const runId = /run (\S+)/.exec(ran.stderr)?.[1] ?? '';
    expect(ran.stderr.replaceAll(runId, 'RUN').replaceAll(/[\d.]+ m?s/g, 'TIME')).toMatchInlineSnapshot(`
      "pipeline.dot:14:20 warning ship_it has neither prompt nor label: its id would be the whole prompt [prompt_on_llm_nodes]
          Add \`prompt="..."\`.
      pipeline.dot:15:20 warning fixes has neither prompt nor label: its id would be the whole prompt [prompt_on_llm_nodes]
          Add \`prompt="..."\`.
      0 errors, 2 warnings
      [Pipeline] Review  run RUN
      [Pipeline] waiting after TIME
        [?] Review Changes
            [A] Approve
            [F] Fix
            Answer with: orchestra answer RUN A
        Go on with: orchestra resume RUN
      "
    `);
  });
});
