import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, vi } from 'vitest';
import type { RunView } from '../../src/contract/run-view.ts';
import { parseStat } from '../../src/shared/process/identity.ts';
import { newProject, openStdin, until, type CliProject, type Finished, type Running } from '../support/cli.ts';
import { settableClock } from '../support/other-clock.ts';
import { verifies } from '../support/verifies.ts';

// Each starts several commands, one after the other.
vi.setConfig({ testTimeout: 60_000 });

/** `slow` notes its key and goes on until `go` exists, in a child of its own. */
const slowPipeline = `digraph Slow {
  node [shape=parallelogram]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  first [tool_command="echo first >> log"]
  slow  [tool_command="echo slow $ORCHESTRA_KEY >> log; (while [ ! -e go ]; do sleep 0.02; done) & wait; echo done >> log"]
  last  [tool_command="echo last >> log"]
  start -> first -> slow -> last -> exit
}`;

const gatePipeline = `digraph Gate {
  node [shape=parallelogram]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  gate [shape=hexagon, label="Shall it be?"]
  yes [tool_command="echo yes >> log"]
  no [tool_command="echo no >> log"]
  start -> gate
  gate -> yes [label="[Y] Yes"]
  gate -> no [label="[N] No"]
  yes -> exit
  no -> exit
}`;

async function startSlow(project: CliProject, args: readonly string[] = [], env = {}): Promise<Running> {
  project.write('slow.dot', slowPipeline);
  const running = project.start(['run', 'slow.dot', '--json', ...args], { env });
  await until(() => linesOf(project).includes('slow slow#1'));
  return running;
}

const linesOf = (project: CliProject): readonly string[] =>
  project.has('log') ? project.read('log').trimEnd().split('\n') : [];

const slowStarts = (project: CliProject): number => linesOf(project).filter((line) => line === 'slow slow#1').length;

async function view(project: CliProject): Promise<RunView> {
  return (await project.run(['show', 'last', '--json'])).document<RunView>();
}

/** Opens the journal beside its users. */
function inJournal<T>(project: CliProject, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(project.folder, '.orchestra/journal.db'), { timeout: 10_000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** Makes the owner look as if it had not been heard of for that long. */
function silence(project: CliProject, ms: number): void {
  inJournal(project, (database) =>
    database.prepare('update lease set heartbeat_at = heartbeat_at - ?, steady_at = steady_at - ?').run(ms, ms),
  );
}

const countTurns = (project: CliProject): unknown =>
  inJournal(project, (database) => database.prepare('select count(*) as turns from turn').get());

const stateOf = ({ process }: Running): string => parseStat(readFileSync(`/proc/${process.pid}/stat`, 'utf8')).state;

async function stop(running: Running): Promise<void> {
  running.process.kill('SIGSTOP');
  await until(() => stateOf(running) === 'T');
}

const codeOf = (finished: Finished): unknown =>
  (JSON.parse(finished.stdout.trimEnd().split('\n').at(-1) ?? '{}') as { readonly code?: string }).code;

describe('one owner', () => {
  verifies('durability:R5:lease', 'a second process is refused, with the pid of the owner and its age', async () => {
    const project = newProject();
    const running = await startSlow(project);
    await stop(running);
    silence(project, 12_000);
    const second = await project.run(['resume', 'last']);
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(
      new RegExp(`RUN_HELD: Process ${running.process.pid} is walking run .*; it was last heard of 1[2-7] s ago`),
    );
    expect(second.stderr).toContain('orchestra cancel');
    running.process.kill('SIGCONT');
    project.write('go', '');
    expect((await running.finished).code).toBe(0);
    expect(linesOf(project)).toEqual(['first', 'slow slow#1', 'done', 'last']);
  });

  verifies(
    ['durability:R5:fencing', 'durability:R5:takeover', 'durability:R7:resume-kills-first'],
    'one that was stopped too long is taken over; awake again it ends, with a message, its programs gone and nothing written',
    async () => {
      const project = newProject();
      const stopped = await startSlow(project);
      await stop(stopped);
      const before = project.leftRunning();
      silence(project, 31_000);
      const second = project.start(['resume', 'last', '--json']);
      await until(() => slowStarts(project) === 2);
      // What the stopped one had started is gone before the same operation begins again.
      const after = project.leftRunning();
      expect(before.length).toBeGreaterThan(0);
      expect(after.filter((pid) => before.includes(pid))).toEqual([]);
      const turns = countTurns(project);
      stopped.process.kill('SIGCONT');
      const fenced = await stopped.finished;
      expect(fenced.code).toBe(1);
      expect(codeOf(fenced)).toBe('RUN_FENCED');
      expect(fenced.stderr).toContain('goes on with the run');
      expect(countTurns(project)).toEqual(turns);
      project.write('go', '');
      expect((await second.finished).result()).toMatchObject({
        status: 'success',
        visited: ['start', 'first', 'slow', 'last', 'exit'],
        attempts: { slow: 1 },
      });
      expect(linesOf(project)).toEqual(['first', 'slow slow#1', 'slow slow#1', 'done', 'last']);
      expect(project.leftRunning()).toEqual([]);
    },
  );

  verifies(
    ['durability:R5:takeover', 'durability:R7:resume-kills-first'],
    'a run whose owner was stopped too long is cancelled by another process, and nothing of it is left',
    async () => {
      const project = newProject();
      const stopped = await startSlow(project);
      await stop(stopped);
      silence(project, 31_000);
      const cancelled = await project.run(['cancel', 'last', '--json']);
      expect(cancelled.document()).toMatchObject({ state: 'cancelled' });
      expect(project.leftRunning()).toEqual([]);
      stopped.process.kill('SIGCONT');
      expect(codeOf(await stopped.finished)).toBe('RUN_FENCED');
      expect((await view(project)).state).toBe('cancelled');
      expect(linesOf(project)).toEqual(['first', 'slow slow#1']);
    },
  );

  verifies('durability:R5:takeover', 'a pid that belongs to another program by now holds no run', async () => {
    const project = newProject();
    const running = await startSlow(project);
    running.process.kill('SIGKILL');
    await running.finished;
    inJournal(project, (database) => database.prepare('update lease set pid = ?').run(process.pid));
    project.write('go', '');
    expect((await project.run(['resume', 'last', '--json'])).code).toBe(0);
  });

  verifies(
    ['durability:R5:lease', 'durability:R2:never-again'],
    'of several resumes at the same instant one walks',
    async () => {
      const project = newProject();
      const running = await startSlow(project);
      running.process.kill('SIGKILL');
      await running.finished;
      const resumes = Array.from({ length: 4 }, () => project.start(['resume', 'last', '--json']));
      const refused: Finished[] = [];
      for (const { finished } of resumes) void finished.then((end) => refused.push(end));
      await until(() => refused.length === 3);
      const winner = resumes.find(({ process }) => process.exitCode === null);
      for (const end of refused) {
        expect(end.code).toBe(2);
        expect(end.document()).toMatchObject({ code: 'RUN_HELD', details: { pid: winner?.process.pid } });
      }
      project.write('go', '');
      expect((await winner?.finished)?.result()).toMatchObject({ status: 'success' });
      expect(linesOf(project)).toEqual(['first', 'slow slow#1', 'slow slow#1', 'done', 'last']);
    },
  );

  verifies(
    ['machine:command:cancel', 'durability:R5:inbox-order'],
    'a cancel and resumes at the same instant end the run, whoever walks it',
    async () => {
      const project = newProject();
      const running = await startSlow(project);
      running.process.kill('SIGKILL');
      await running.finished;
      const [cancel, ...resumes] = await Promise.all([
        project.run(['cancel', 'last', '--json']),
        project.run(['resume', 'last', '--json']),
        project.run(['resume', 'last', '--json']),
      ]);
      expect(cancel.document()).toMatchObject({ state: 'cancelled' });
      for (const { code } of resumes) expect([2, 130]).toContain(code);
      expect((await view(project)).state).toBe('cancelled');
      expect(project.leftRunning()).toEqual([]);
    },
  );
});

describe('an answer of another process', () => {
  verifies(
    ['durability:R5:inbox-order', 'machine:command:answer-checked'],
    'that comes in the instant of one typed here: exactly one of them is told that it counts',
    async () => {
      const project = newProject();
      project.write('gate.dot', gatePipeline);
      // It stops when it knows what was typed and has recorded nothing.
      const running = project.start(['run', 'gate.dot'], {
        stdin: openStdin,
        env: { ORCHESTRA_FAILPOINTS: 'run:before-settle=stop' },
      });
      await running.tells('Select: ');
      running.type('n\n');
      await until(() => stateOf(running) === 'T');
      const answer = project.start(['answer', 'last', 'Y', '--json']);
      await until(() => inboxOf(project) === 1);
      running.process.kill('SIGCONT');
      const told = await answer.finished;
      expect([told.code, told.document()['code']]).toEqual([2, 'QUESTION_ANSWERED']);
      expect((await running.finished).code).toBe(0);
      expect(linesOf(project)).toEqual(['no']);
    },
  );

  verifies(
    ['durability:R5:inbox-order', 'machine:command:answer-checked'],
    'that comes in the instant of others: exactly one of them is told that it counts, and it does',
    async () => {
      const project = newProject();
      project.write('gate.dot', gatePipeline);
      const running = project.start(['run', 'gate.dot'], { stdin: openStdin });
      await running.tells('Select: ');
      running.type('n\n');
      const given = ['Y', 'N', 'Y'];
      const told = await Promise.all(given.map((text) => project.run(['answer', 'last', text, '--json'])));
      expect((await running.finished).code).toBe(0);
      const accepted = given.filter((_, index) => told[index]?.code === 0);
      expect(accepted.length).toBeLessThanOrEqual(1);
      expect(linesOf(project)).toEqual([accepted[0] === 'Y' ? 'yes' : 'no']);
    },
  );

  verifies(
    'durability:R5:takeover',
    'is kept when the owner has been silent too long, and counts after the resume',
    async () => {
      const project = newProject();
      project.write('gate.dot', gatePipeline);
      const running = project.start(['run', 'gate.dot'], { stdin: openStdin });
      await running.tells('Select: ');
      await stop(running);
      silence(project, 31_000);
      const kept = await project.run(['answer', 'last', 'Y']);
      expect(kept).toMatchObject({ code: 0, stdout: expect.stringContaining('orchestra resume') });
      expect((await project.run(['resume', 'last', '--json'])).result()).toMatchObject({ status: 'success' });
      running.process.kill('SIGCONT');
      const fenced = await running.finished;
      expect([fenced.code, fenced.stderr.includes('RUN_FENCED')]).toEqual([1, true]);
      expect(linesOf(project)).toEqual(['yes']);
    },
  );
});

const inboxOf = (project: CliProject): unknown =>
  inJournal(project, (database) => database.prepare('select count(*) as entries from inbox').get()?.['entries']);

/** A step with a time limit, then one that is tried again after a while. */
const timedPipeline = `digraph Timed {
  node [shape=parallelogram]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  slow [timeout="10m", tool_command="echo slow $ORCHESTRA_KEY >> log; (while [ ! -e go ]; do sleep 0.02; done) & wait"]
  flaky [shape=box, prompt="try", max_retries=1, backoff_policy=patient]
  start -> slow -> flaky -> exit
}`;

describe('a clock that is set', () => {
  for (const [direction, ms] of [
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ] as const) {
    verifies(
      ['durability:R5:clock', 'durability:timer:clock', 'durability:timeout:clock'],
      `${direction} by an hour in the middle of a run ends no step, costs no owner its run and prolongs no wait`,
      async () => {
        const project = newProject();
        project.write('slow.dot', timedPipeline);
        project.write('script.json', { flaky: ['throw-transient:busy', 'success'] });
        const clock = join(project.folder, 'clock');
        const env = { NODE_OPTIONS: settableClock(clock) };
        const running = project.start(
          ['run', 'slow.dot', '--json', '--backend', 'scripted', '--script', 'script.json'],
          {
            env,
          },
        );
        await until(() => slowStarts(project) === 1);
        project.write('clock', String(ms));
        const second = await project.run(['resume', 'last', '--json'], { env });
        expect(second.document()).toMatchObject({ code: 'RUN_HELD' });
        const { ageMs } = second.document<{ readonly details: { readonly ageMs: number } }>().details;
        expect(ageMs).toBeGreaterThanOrEqual(0);
        expect(ageMs).toBeLessThan(30_000);
        project.write('go', '');
        await running.prints('StageRetrying');
        project.write('clock', '0');
        expect((await running.finished).result()).toMatchObject({
          status: 'success',
          visited: ['start', 'slow', 'flaky', 'exit'],
          attempts: { slow: 1, flaky: 2 },
        });
        expect(linesOf(project)).toEqual(['slow slow#1']);
        const { durationMs, nodes } = await view(project);
        for (const ms of [durationMs, ...nodes.map((node) => node.durationMs ?? 0)])
          expect(ms).toBeGreaterThanOrEqual(0);
      },
    );
  }
});
