import { getEventListeners } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HandClock } from '../../../test/support/hand-clock.ts';
import { verifies } from '../../../test/support/verifies.ts';
import type { Journal, Turn } from '../../engine/ports/journal.ts';
import type { NodeCall, NodeResult, StepServices } from '../../engine/ports/step.ts';
import { openMemoryJournal } from '../../journal/memory/memory-journal.ts';
import { buildGraph } from '../../language/graph/build.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { dropped, suspended } from './in-flight.ts';
import { StepExecutor } from './step-executor.ts';

const call: NodeCall = {
  nodeId: 'work',
  handler: 'test',
  scope: '',
  visit: 1,
  attempt: 1,
  execution: 0,
  fidelity: 'compact',
  view: () => ({ graph: buildGraph({ nodes: { work: {} } }), context: new Map(), history: [] }),
};
const success: NodeResult = { outcome: { status: 'success' } };
const alive = (): AbortSignal => new AbortController().signal;

/** An executor with one handler, a journal in memory, and time that stands still. */
async function setUp(execute: (services: StepServices) => Promise<NodeResult>) {
  const clock = new HandClock(0);
  const journal: Journal = openMemoryJournal({ now: () => clock.now() });
  await journal.createRun({
    id: 'r',
    pipeline: 'p',
    bundle: 'b',
    walkVersion: 1,
    cwd: '/',
    settings: await journal.keep({}),
    at: 0,
  });
  const lease = await journal.acquire('r', { pid: 1, host: 'h', bootId: 'b', startTime: '1' });
  const scratch = mkdtempSync(join(tmpdir(), 'orchestra-steps-'));
  onTestFinished(() => rm(scratch, { recursive: true, force: true }));
  const commits: (readonly Turn[])[] = [];
  const executor = new StepExecutor('r', lease, {
    forkOf: undefined,
    isRewound: false,
    returns: [],
    journal,
    clock: clock.for(() => true),
    handlers: new Map([['test', { execute: (_call, services) => execute(services) }]]),
    cwd: '/',
    scratch,
    readArtifact: async (name) => `stored ${name}`,
    onTurns: (turns) => commits.push(turns),
  });
  return { clock, journal, executor, commits, scratch };
}

const abortOf = (services: StepServices): Promise<void> =>
  new Promise((resolve) => services.signal.addEventListener('abort', () => resolve(), { once: true }));

test('a step without events costs the journal nothing', async () => {
  const { executor, journal } = await setUp(async () => success);
  expect(await executor.execute('work#1', call, false, alive())).toEqual({ result: success, artifacts: {} });
  expect(await Array.fromAsync(journal.tail('r', 0))).toEqual([]);
});

test('what a handler throws fails its step, and is worth another attempt where it is transient', async () => {
  const broken = await setUp(() => Promise.reject(new Error('no such model')));
  const { result } = await broken.executor.execute('work#1', call, false, alive());
  expect(result.outcome).toEqual({ status: 'fail', failureReason: 'no such model' });
  const hinted = await setUp(() =>
    Promise.reject(new OrchestraError('CONFIG_INVALID', 'no tool is called reed', { hint: 'Did you mean `read`?' })),
  );
  expect((await hinted.executor.execute('work#1', call, false, alive())).result.outcome).toEqual({
    status: 'fail',
    failureReason: 'no tool is called reed. Did you mean `read`?',
  });
  const busy = await setUp(() => Promise.reject(Object.assign(new Error('too many requests'), { status: 429 })));
  expect((await busy.executor.execute('work#1', call, false, alive())).result.outcome.status).toBe('retry');
});

test('a step of an unknown type fails', async () => {
  const { executor } = await setUp(async () => success);
  const { result } = await executor.execute('work#1', { ...call, handler: 'other' }, false, alive());
  expect(result.outcome).toEqual({ status: 'fail', failureReason: 'no step handler for other' });
});

verifies(
  'durability:R3:abort-signal',
  'a step that takes longer than its timeout is told to end, and fails',
  async () => {
    const { executor, clock } = await setUp(async (services) => {
      await abortOf(services);
      return success;
    });
    const running = executor.execute('work#1', { ...call, timeoutMs: 5_000 }, false, alive());
    clock.advance(5_000);
    expect((await running).result.outcome).toEqual({ status: 'fail', failureReason: 'timed out after 5 s' });
  },
);

test('a step that does not end when it is told to is left behind', async () => {
  const { executor, clock } = await setUp(() => new Promise(() => undefined));
  const running = executor.execute('work#1', { ...call, timeoutMs: 5_000 }, false, alive());
  clock.advance(5_000);
  clock.advance(15_000);
  expect((await running).result.outcome.failureReason).toContain('timed out');
});

test('what a step left behind says later is not recorded', async () => {
  let late: (() => Promise<void>) | undefined;
  const { executor, clock, commits } = await setUp((services) => {
    late = () => services.emit({ type: 'AgentText', text: 'late' });
    return new Promise(() => undefined);
  });
  const running = executor.execute('work#1', { ...call, timeoutMs: 1 }, false, alive());
  clock.advance(1);
  clock.advance(15_000);
  await running;
  await late?.();
  expect(commits).toEqual([]);
});

test('a step aborted from outside has no result', async () => {
  const abort = new AbortController();
  const { executor } = await setUp(async (services) => {
    await abortOf(services);
    return success;
  });
  const running = executor.execute('work#1', call, false, abort.signal);
  abort.abort(dropped);
  await expect(running).rejects.toBe(dropped);
});

test('events are durable when their emission resolves, and many at once share a write', async () => {
  const { executor, journal, commits } = await setUp(async (services) => {
    await Promise.all(['a', 'b', 'c'].map((text) => services.emit({ type: 'AgentText', text })));
    expect(await Array.fromAsync(journal.turns('r', { branch: 'work#1' }))).toHaveLength(3);
    void services.emit({ type: 'AgentText', text: 'd' });
    return success;
  });
  await executor.execute('work#1', call, false, alive());
  expect(commits.map((turns) => turns.length)).toEqual([3, 1]);
});

verifies('durability:R3:key', 'a step begun again has its key, a higher epoch, and what it left', async () => {
  const starts: unknown[] = [];
  const { executor } = await setUp(async (services) => {
    starts.push([services.key, services.epoch, await services.earlier()]);
    await services.emit({ type: 'AgentText', text: 'hello' });
    return success;
  });
  await executor.execute('work#1', call, false, alive());
  await executor.execute('work#1', call, true, alive());
  expect(starts).toEqual([
    ['work#1', 1, []],
    ['work#1', 2, [{ type: 'AgentText', text: 'hello' }]],
  ]);
});

test('an event that cannot be written fails the run, not the step', async () => {
  const { executor, journal } = await setUp(async (services) => {
    await services.emit({ type: 'AgentText', text: 'a' });
    await journal.openBranch({ runId: 'r', token: 1 }, services.key);
    void services.emit({ type: 'AgentText', text: 'b' });
    return success;
  });
  await expect(executor.execute('work#1', call, false, alive())).rejects.toMatchObject({ code: 'RUN_FENCED' });
});

test('artifacts come with the result, and those of other steps can be read', async () => {
  const { executor } = await setUp(async (services) => {
    services.artifact('plan.response', (await services.readArtifact('ask.response')) ?? null);
    return success;
  });
  expect((await executor.execute('work#1', call, false, alive())).artifacts).toEqual({
    'plan.response': 'stored ask.response',
  });
});

test('an attempt has a folder of its own while it lasts, made when it is used', async () => {
  let folder = '';
  const { executor, scratch } = await setUp(async (services) => {
    folder = services.attemptDir;
    writeFileSync(join(folder, 'status.json'), '{}');
    return success;
  });
  await executor.execute('fan#1/a/work#1', call, false, alive());
  await executor.cleanedUp();
  expect(folder).toBe(join(scratch, 'r', 'fan%231%2Fa%2Fwork%231'));
  expect(existsSync(folder)).toBe(false);
});

test('the folder stays where the operation goes on in a later process', async () => {
  let folder = '';
  const abort = new AbortController();
  const { executor } = await setUp(async (services) => {
    folder = services.attemptDir;
    await abortOf(services);
    return success;
  });
  const running = executor.execute('work#1', call, false, abort.signal);
  abort.abort(suspended);
  await expect(running).rejects.toBe(suspended);
  expect(existsSync(folder)).toBe(true);
});

test('a result cannot name a blob for the walk to read', async () => {
  const forged = { $blob: '0'.repeat(64), bytes: 1, json: true };
  const inContext = await setUp(async () => ({ outcome: { status: 'success', contextUpdates: { plan: [forged] } } }));
  const { result } = await inContext.executor.execute('work#1', call, false, alive());
  expect(result.outcome).toMatchObject({ status: 'fail', failureReason: expect.stringContaining('$blob') });
  const inArtifact = await setUp(async (services) => {
    services.artifact('plan', forged);
    return success;
  });
  expect((await inArtifact.executor.execute('work#1', call, false, alive())).artifacts).toEqual({});
});

test.each([undefined, 60_000])(
  'a finished step leaves nobody listening to its signal (timeout %s)',
  async (timeoutMs) => {
    let signal = alive();
    const { executor } = await setUp(async (services) => {
      signal = services.signal;
      return success;
    });
    await executor.execute('work#1', { ...call, ...(timeoutMs !== undefined && { timeoutMs }) }, false, alive());
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  },
);

test('what a handler does later with what it gave back changes nothing', async () => {
  const updates = { plan: ['a'] };
  const content = { steps: ['a'] };
  const { executor } = await setUp(async (services) => {
    services.artifact('work.plan', content);
    content.steps.push('b');
    return { outcome: { status: 'success', contextUpdates: updates } };
  });
  const { result, artifacts } = await executor.execute('work#1', call, false, alive());
  updates.plan.push('b');
  expect(artifacts).toEqual({ 'work.plan': { steps: ['a'] } });
  expect(result.outcome.contextUpdates).toEqual({ plan: ['a'] });
});
