import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replayDocumentSchema, type ReplayDocument } from '../../src/contract/command-documents.ts';
import type { RunView } from '../../src/contract/run-view.ts';
import type { EventLine } from '../../src/contract/event-line.ts';
import { agentProgram } from '../support/agent-program.ts';
import { newProject, until, type CliProject, type Finished } from '../support/cli.ts';
import { nothingOutside } from '../support/nothing-outside.ts';
import { verifies } from '../support/verifies.ts';

const pipeline = `digraph Review {
  graph [goal="Review it", templates="jinja2"]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  list [shape=parallelogram, tool_command="echo ran >> ran.txt; echo two"]
  fan [shape=component]
  a [prompt="Do a"]
  b [prompt="Do b"]
  join [shape=tripleoctagon]
  child [type="sub_pipeline", sub_pipeline.dotfile="child.dot", sub_pipeline.outputs="verdict"]
  judge [prompt="Is {{ responses.a }} good enough for $goal?", max_retries=2]
  approve [shape=hexagon, label="Publish?"]
  start -> list -> fan
  fan -> a -> join
  fan -> b -> join
  join -> child -> judge -> approve
  approve -> exit [label="[Y] Yes"]
  approve -> judge [label="[N] Once more", max_visits=4]
}`;

const child = `digraph Child {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  inner [prompt="Inner of $goal", context_keys="verdict"]
  start -> inner -> exit
}`;

const script = {
  a: [{ text: 'A', delay_ms: 30 }],
  b: [{ text: 'B' }],
  inner: [{ text: 'verdict: poor' }],
  judge: ['throw-transient: busy', { text: 'no' }, { text: 'yes' }],
};

/** A project with a run of the pipeline that ended well. */
async function recordedProject(): Promise<CliProject> {
  const project = newProject();
  project.write('review.dot', pipeline);
  project.write('child.dot', child);
  project.write('script.json', script);
  project.write('answers.json', ['N', 'Y']);
  const ran = await project.run(['run', 'review.dot', '--script', 'script.json', '--answers', 'answers.json']);
  expect(ran.code, ran.stderr).toBe(0);
  return project;
}

const replayLast = (project: CliProject, ...more: readonly string[]): Promise<Finished> =>
  project.run(['replay', 'last', '--offline', '--json', ...more], nothingOutside);

function documentOf(finished: Finished): ReplayDocument {
  expect(finished.stdout, finished.stderr).not.toBe('');
  return replayDocumentSchema.strict().parse(finished.document());
}

async function viewOf(project: CliProject, runId: string): Promise<RunView> {
  return (await project.run(['show', runId, '--json'])).document<RunView>();
}

/** What a run came to, without its times and numbers. */
function essenceOf({ state, visited, attempts, context, failureReason, artifacts, usage }: RunView): unknown {
  const names = artifacts.map(({ name, bytes }) => [name, bytes]);
  return { state, visited, attempts, context, failureReason, names, usage };
}

describe('orchestra replay --offline', () => {
  verifies(
    'machine:command:replay',
    'walks a run again from its record alone: the same run, and no program is started',
    async () => {
      const project = await recordedProject();
      const [source] = (await project.run(['runs', '--json'])).document<{ runs: readonly { runId: string }[] }>().runs;
      rmSync(join(project.folder, 'review.dot'));
      const replayed = await replayLast(project);
      expect(replayed.code, replayed.stderr).toBe(0);
      const document = documentOf(replayed);
      expect(document).toMatchObject({
        source: { runId: source?.runId, pipeline: 'Review', state: 'completed' },
        state: 'completed',
        equal: true,
        whole: true,
        answers: 11,
      });
      expect(project.read('ran.txt')).toBe('ran\n');
      const view = await viewOf(project, document.runId);
      expect(view.replayOf).toBe(source?.runId);
      expect(essenceOf(view)).toEqual(essenceOf(await viewOf(project, source?.runId ?? '')));
      expect(view.nodes.map(({ notes, status }) => [notes, status])).toContainEqual(['Selected [Y] Yes', 'success']);
    },
  );

  test('tells people what happens again and how it compares; a replay of a replay replays its source', async () => {
    const project = await recordedProject();
    const first = documentOf(await replayLast(project));
    const { code, stdout, stderr } = await project.run(['replay', first.runId, '--offline']);
    expect(code).toBe(0);
    expect(stdout).toBe(`Equal: 11 answers from the record of ${first.source.runId}; completed\n`);
    expect(stderr).toMatch(/~ judge {2}attempt 2 in/);
    expect(stderr).toMatch(/\[Pipeline\] Child {2}run/);
    expect((await project.run(['show', first.runId])).stdout).toContain(`replay   of ${first.source.runId}`);
  });

  verifies(
    'machine:command:replay',
    'emits the events of an agent again, from a recorded transcript, without the agent',
    async () => {
      const project = newProject();
      const transcript = join(import.meta.dirname, '../../src/agents/cli/claude-code/fixtures/edit.jsonl');
      project.write('transcript.jsonl', readFileSync(transcript, 'utf8'));
      agentProgram(project, `cat '${join(project.folder, 'transcript.jsonl')}'`);
      project.write(
        'edit.dot',
        `digraph Edit {
        graph [default_fidelity="full"]
        start [shape=Mdiamond]; exit [shape=Msquare]
        edit [prompt="Edit it", agent.role="You are careful."]; again [prompt="Once more", thread_id="one"]
        apart [prompt="Look at it", fidelity="summary:high"]
        start -> edit -> again -> apart -> exit
      }`,
      );
      const ran = await project.run(['run', 'edit.dot', '--json', '--backend', 'claude-code']);
      expect(ran.code, ran.stdout).toBe(0);
      rmSync(join(project.bin, 'claude'));
      const document = documentOf(await replayLast(project));
      expect(document).toMatchObject({ equal: true, whole: true, state: 'completed' });
      const logs = await project.run(['logs', document.runId, '--json']);
      const told = logs.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as EventLine);
      expect(agentEvents(told)).toEqual(agentEvents(ran.events()));
      expect(agentEvents(told).map(({ type }) => type)).toEqual(
        expect.arrayContaining(['AgentSessionStarted', 'AgentToolCall', 'AgentToolResult', 'AgentText']),
      );
      expect(told.map(({ type }) => type)).not.toContain('ProcessStarted');
      const [one, other] = [await viewOf(project, document.runId), await viewOf(project, document.source.runId)];
      expect(one.usage).toEqual(other.usage);
      expect(one.usage.inputTokens).toBeGreaterThan(0);
    },
  );

  test('of a run that was edited on its way compares each step with the pipeline it was done by', async () => {
    const project = newProject();
    const written = `digraph Edited {
      start [shape=Mdiamond]; exit [shape=Msquare]; work [prompt="Work"]; gate [shape=hexagon]; more [prompt="More"]
      start -> work -> gate -> more -> exit
    }`;
    const edited = written.replace('"Work"', '"Work hard"').replace('"More"', '"Much more"');
    project.write('one.dot', written);
    project.write('two.dot', edited);
    project.write('script.json', {});
    expect((await project.run(['run', 'one.dot', '--json', '--script', 'script.json'])).code).toBe(3);
    await project.run(['answer', 'last', 'M']);
    expect((await project.run(['resume', 'last', '--pipeline', 'two.dot', '--json'])).code).toBe(0);
    expect(documentOf(await replayLast(project))).toMatchObject({ equal: true, whole: true, answers: 3 });
    const asNow = documentOf(await replayLast(project, '--pipeline', 'two.dot'));
    expect(asNow.difference).toMatchObject({ operation: 'work#1', diff: ['- Work', '+ Work hard'] });
  });

  verifies(
    'machine:command:replay-difference',
    'stops where an edited pipeline first asks something else: a prompt with preamble and all',
    async () => {
      const project = await recordedProject();
      project.write('edited.dot', pipeline.replace('good enough', 'really good enough'));
      const replayed = await replayLast(project, '--pipeline', 'edited.dot');
      expect(replayed.code).toBe(1);
      const document = documentOf(replayed);
      expect(document).toMatchObject({ equal: false, whole: false, state: 'failed' });
      expect(document.difference).toMatchObject({
        operation: 'judge#1',
        node: 'judge',
        what: 'prompt',
        diff: ['- Is A good enough for Review it?', '+ Is A really good enough for Review it?'],
      });
      const { failureReason } = await viewOf(project, document.runId);
      expect(failureReason).toBe('the replay differs from its source: prompt of judge#1');
    },
  );

  verifies(
    'machine:command:replay-difference',
    'finds a changed command, a changed question, a changed child pipeline and another way',
    async () => {
      const project = await recordedProject();
      const differenceWith = async (text: string): Promise<ReplayDocument['difference']> => {
        project.write('edited.dot', text);
        return documentOf(await replayLast(project, '--pipeline', 'edited.dot')).difference;
      };
      expect(await differenceWith(pipeline.replace('echo two', 'echo three'))).toMatchObject({
        operation: 'list#1',
        what: 'command',
        diff: ['- echo ran >> ran.txt; echo two', '+ echo ran >> ran.txt; echo three'],
      });
      expect(await differenceWith(pipeline.replace('Publish?', 'Ship?'))).toMatchObject({
        operation: 'approve#1',
        what: 'question',
      });
      const withoutChild = pipeline.replace(/^ {2}child .*\n/m, '').replace('join -> child ->', 'join ->');
      expect(await differenceWith(withoutChild)).toMatchObject({
        operation: 'judge#1',
        what: 'order',
        recorded: 'StageStarted child#1 (sub_pipeline)',
        asked: 'StageStarted judge#1 (codergen)',
      });
      project.write('child.dot', child.replace('Inner of', 'The inner of'));
      const { runId, ...difference } = (await differenceWith(pipeline)) ?? {};
      expect(difference).toMatchObject({
        operation: 'inner#1',
        what: 'prompt',
        diff: ['- Inner of ', '+ The inner of '],
      });
      expect((await project.run(['show', runId ?? '', '--json'])).document<RunView>().pipeline).toBe('Child');
      expect(project.read('ran.txt')).toBe('ran\n');
    },
  );

  verifies(
    'machine:command:replay',
    'of a failed, a waiting and a killed run leads as far as its source came',
    async () => {
      const project = newProject();
      project.write(
        'short.dot',
        `digraph Short {
        start [shape=Mdiamond]; exit [shape=Msquare]
        work [prompt="Work"]; wait [shape=parallelogram, tool_command="touch begun; sleep 600"]; gate [shape=hexagon]
        start -> work
        work -> gate [condition="context.way=gate"]
        work -> wait [condition="context.way=wait"]
        gate -> exit; wait -> exit
      }`,
      );
      const begin = (way: string) =>
        project.start(['run', 'short.dot', '--script', project.write('s.json', { work: [way] })], {});
      const failed = await begin('fail').finished;
      expect(failed.code).toBe(1);
      expect(documentOf(await replayLast(project))).toMatchObject({ equal: true, whole: true, state: 'failed' });

      project.write('gate.json', { work: [{ context_updates: { way: 'gate' } }] });
      expect((await project.run(['run', 'short.dot', '--script', 'gate.json', '--json'])).code).toBe(3);
      const waiting = await replayLast(project);
      expect(waiting.code).toBe(0);
      expect(documentOf(waiting)).toMatchObject({ source: { state: 'waiting' }, equal: true, whole: false });

      project.write('wait.json', { work: [{ context_updates: { way: 'wait' } }] });
      const running = project.start(['run', 'short.dot', '--script', 'wait.json']);
      await until(() => project.has('begun'));
      running.process.kill('SIGKILL');
      await running.finished;
      await until(() => project.leftRunning().length === 0);
      rmSync(join(project.folder, 'begun'));
      const killed = documentOf(await replayLast(project));
      expect(killed).toMatchObject({ equal: true, whole: false, state: 'cancelled', answers: 1 });
      expect((await viewOf(project, killed.runId)).failureReason).toBe(
        `the record of ${killed.source.runId} ends here`,
      );
      expect(project.has('begun')).toBe(false);
    },
  );

  test('that was killed is not resumed, and can be ended', async () => {
    const project = newProject();
    const chain = Array.from({ length: 150 }, (_, at) => `n${at} -> n${at + 1}`).join('; ');
    project.write('chain.dot', `digraph C { start [shape=Mdiamond]; n150 [shape=Msquare]; start -> n0; ${chain} }`);
    expect((await project.run(['run', 'chain.dot', '--backend', 'simulation'])).code).toBe(0);
    const replaying = project.start(['replay', 'last', '--offline']);
    await replaying.tells('> n3');
    replaying.process.kill('SIGKILL');
    await replaying.finished;
    const resumed = await project.run(['resume', 'last']);
    expect(resumed.code).toBe(2);
    expect(resumed.stderr).toMatch(/^error RUN_IS_REPLAY: [^]*orchestra replay \S+ --offline/);
    const cancelled = await project.run(['cancel', 'last', '--json']);
    expect(cancelled.document()).toMatchObject({ state: 'cancelled' });
    expect(documentOf(await replayLast(project))).toMatchObject({ equal: true, whole: true });
  });

  test('without --offline says what there is', async () => {
    const { code, stderr } = await newProject().run(['replay', 'last']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error REPLAY_NOT_OFFLINE: [^]*--at T[^]*--offline[^]*orchestra resume RUN/);
  });
});

describe('orchestra record', () => {
  verifies(
    'machine:command:record',
    'writes a run into a file that replays elsewhere, without a secret or a fact of the machine in it',
    async () => {
      const project = newProject();
      const secret = 'sk-verysecretvalue123456';
      project.write('review.dot', pipeline.replace('echo two', `echo ${secret}`));
      project.write('child.dot', child);
      project.write('script.json', { ...script, b: [{ text: `${'long '.repeat(40_000)}end` }] });
      project.write('answers.json', ['N', 'Y']);
      const ran = await project.run(['run', 'review.dot', '--script', 'script.json', '--answers', 'answers.json'], {
        env: { MY_API_KEY: secret },
      });
      expect(ran.code, ran.stderr).toBe(0);
      expect((await project.run(['record', 'last', '-o', 'run.jsonl'])).code).toBe(0);
      const recording = project.read('run.jsonl');
      expect(recording).not.toContain(secret);
      expect(recording).not.toContain(project.folder);

      const other = newProject();
      other.write('run.jsonl', recording);
      const replayed = await other.run(['replay', '--from', 'run.jsonl', '--offline', '--json'], nothingOutside);
      expect(replayed.code, replayed.stderr).toBe(0);
      const document = documentOf(replayed);
      expect(document).toMatchObject({ equal: true, whole: true, state: 'completed', answers: 11 });
      const [there, here] = [await viewOf(project, document.source.runId), await viewOf(other, document.runId)];
      expect(essenceOf(here)).toEqual(essenceOf(there));
      const again = await other.run(['replay', 'last', '--offline']);
      expect(again.code).toBe(2);
      expect(again.stderr).toContain('--from FILE');
    },
  );

  test('is refused by line where it is damaged', async () => {
    const project = newProject();
    const from = async (text: string): Promise<string> => {
      project.write('run.jsonl', text);
      const { code, stderr } = await project.run(['replay', '--from', 'run.jsonl', '--offline']);
      expect(code).toBe(2);
      return stderr;
    };
    const head = '{"type":"recording","version":1,"runId":"r"}\n';
    expect(await from(head)).toContain('RECORDING_INVALID: run.jsonl holds no recorded run');
    expect(await from(`${head}{"type":`)).toContain('RECORDING_INVALID: run.jsonl:2 is not JSON');
    expect(await from(`${head}{"type":"run","id":7}`)).toContain('RECORDING_INVALID: run.jsonl:2: id: ');
    expect(await from('{"type":"recording","version":2,"runId":"r"}')).toContain('run.jsonl:1: version: ');
  });
});

const agentEvents = (lines: readonly EventLine[]) =>
  lines.filter(({ type }) => type.startsWith('Agent')).map(({ seq: _seq, at: _at, runId: _runId, ...event }) => event);
