import { describe, expect, test } from 'vitest';
import { broke, fakeAgent, said, type FakeAgent } from '../../../test/support/fake-agent.ts';
import { stepCall, stepServices, type CallParts, type RecordedServices } from '../../../test/support/step-fixture.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { createCodergenHandler } from './codergen.ts';
import { possiblePrompts, withoutRetold } from './codergen-prompt.ts';
import { createThreadSessions, type ThreadSessions } from './codergen-threads.ts';

const full: CallParts = { fidelity: 'full', thread: 'talk', attributes: { prompt: 'Go' } };
const started = { type: 'AgentSessionStarted', agent: 'fake', sessionId: 'before', resumed: false } as const;
const history = [{ nodeId: 'plan', visit: 1, status: 'success' }] as const;

function execute(
  agent: FakeAgent,
  sessions: ThreadSessions,
  call: CallParts,
  services: RecordedServices = stepServices(),
) {
  const handler = createCodergenHandler({
    agentFor: () => ({ adapter: agent }),
    readStatusFile: async () => undefined,
    sessions,
    deriveId: (text) => text,
  });
  return handler.execute(stepCall(call), services);
}

const warnings = (services: RecordedServices): readonly string[] =>
  services.events.flatMap((event) => (event.type === 'AgentWarning' ? [event.message] : []));

describe('full fidelity', () => {
  verifies(
    ['fidelity:full', 'thread:shared-session', 'attr:node:thread_id'],
    'continues the session of its thread, without a preamble',
    async () => {
      const agent = fakeAgent(() => 'ok');
      const sessions = createThreadSessions();
      const services = stepServices();
      await execute(agent, sessions, full, services);
      await execute(agent, sessions, full, stepServices({ key: 'next#1' }));
      await execute(agent, sessions, { ...full, thread: 'other' }, stepServices({ key: 'third#1' }));
      expect(agent.prompts.map(({ text, request }) => [text, request.resume])).toEqual([
        ['Go', undefined],
        ['Go', 'run-1/work#1'],
        ['Go', undefined],
      ]);
      expect(services.events[0]).toMatchObject({ type: 'AgentSessionStarted', thread: 'talk' });
    },
  );

  verifies('defect:shared-conversation', 'is kept apart by run, and no other mode shares a session', async () => {
    const agent = fakeAgent(() => 'ok');
    const sessions = createThreadSessions();
    await execute(agent, sessions, full);
    await execute(agent, sessions, full, stepServices({ runId: 'run-2' }));
    await execute(agent, sessions, { ...full, fidelity: 'compact' });
    expect(agent.prompts.map(({ request }) => request.resume)).toEqual([undefined, undefined, undefined]);
  });

  test('starts fresh, summed up and with a warning, when the agent of the thread changes', async () => {
    const sessions = createThreadSessions();
    await execute(
      fakeAgent(() => 'ok', 'first'),
      sessions,
      full,
    );
    const second = fakeAgent(() => 'ok', 'second');
    const services = stepServices({ key: 'next#1' });
    await execute(second, sessions, { ...full, history }, services);
    expect(warnings(services)).toEqual(['the session belongs to first; second starts a fresh one']);
    expect(second.prompts[0]?.text).toContain('- plan: success');
    await execute(second, sessions, full, stepServices({ key: 'last#1' }));
    expect(second.prompts[1]?.request.resume).toBe('run-1/next#1');
  });

  verifies(
    'checkpoint:fidelity-degrades',
    'degrades to summary:high for one hop when the session is lost',
    async () => {
      const agent = fakeAgent(({ request }) =>
        request.resume === 'gone' ? [broke('unknown', { sessionLost: true })] : 'ok',
      );
      const sessions = createThreadSessions(async () => ({ agent: 'fake', sessionId: 'gone' }));
      const services = stepServices({ stored: { 'plan.response': 'The whole plan' } });
      const result = await execute(agent, sessions, { ...full, history }, services);
      expect(result.outcome.status).toBe('success');
      expect(warnings(services)).toEqual(['session gone cannot be continued; a fresh one is started']);
      expect(agent.prompts[1]?.text).toContain('The whole plan');
      expect(agent.prompts[1]?.request.sessionId).not.toBe(agent.prompts[0]?.request.sessionId);
      await execute(agent, sessions, full, stepServices({ key: 'next#1' }));
      expect(agent.prompts[2]).toMatchObject({ text: 'Go', request: { resume: agent.prompts[1]?.request.sessionId } });
    },
  );

  verifies('thread:branch-scope', 'lets one prompt at a time into a thread', async () => {
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const order: string[] = [];
    const agent = fakeAgent(async function* ({ request: { services } }) {
      order.push(`begin ${services.key}`);
      await (services.key === 'a' ? first : second).promise;
      order.push(`end ${services.key}`);
      yield said('ok');
    });
    const sessions = createThreadSessions();
    const steps = ['a', 'b'].map((key) => execute(agent, sessions, full, stepServices({ key })));
    second.resolve();
    first.resolve();
    await Promise.all(steps);
    expect(order).toEqual(['begin a', 'end a', 'begin b', 'end b']);
  });

  test('a step that is aborted while it waits for its thread never reaches the agent', async () => {
    const gate = Promise.withResolvers<void>();
    const agent = fakeAgent(async function* () {
      await gate.promise;
      yield said('ok');
    });
    const sessions = createThreadSessions();
    const first = execute(agent, sessions, full);
    const controller = new AbortController();
    const waiting = execute(agent, sessions, full, stepServices({ key: 'b', signal: controller.signal }));
    const third = execute(agent, sessions, full, stepServices({ key: 'c' }));
    controller.abort(new Error('dropped'));
    await expect(waiting).rejects.toThrow('dropped');
    gate.resolve();
    await Promise.all([first, third]);
    expect(agent.prompts.map(({ request }) => request.services.key)).toEqual(['work#1', 'c']);
  });
});

verifies('durability:R3:session-id-first', 'a session is journaled before its agent goes on', async () => {
  const durable = Promise.withResolvers<void>();
  const reached: string[] = [];
  const agent = fakeAgent(() => {
    reached.push('turn');
    return 'ok';
  });
  const services = stepServices({
    emit: (event) => {
      reached.push(event.type);
      return durable.promise.then(() => void reached.push('durable'));
    },
  });
  const step = execute(agent, createThreadSessions(), {}, services);
  durable.resolve();
  await step;
  expect(reached.slice(0, 3)).toEqual(['AgentSessionStarted', 'durable', 'turn']);
});

describe('an operation executed again after a crash', () => {
  verifies(
    'durability:R3:session-resumed',
    'goes on in the session it had started, with its task but no preamble',
    async () => {
      const agent = fakeAgent(() => 'ok');
      const services = stepServices({ epoch: 2, left: [{ ...started, sessionId: 'older' }, started] });
      const call: CallParts = { fidelity: 'compact', attributes: { prompt: 'Go' }, history, steering: ['Hurry'] };
      await execute(agent, createThreadSessions(), call, services);
      expect(agent.prompts[0]?.request.resume).toBe('before');
      expect(agent.prompts[0]?.text).toMatchInlineSnapshot(`
        "Your work on the task below was interrupted. Go on where you left off: keep what is already done, and repeat a step only where you cannot tell whether it finished.

        <orchestra-instructions source="supervisor of this run, newest last">
        - Hurry
        </orchestra-instructions>

        Go"
      `);
    },
  );

  test('starts fresh under another id when that session is lost, and its usage is counted too', async () => {
    const usage = { inputTokens: 1, outputTokens: 1 };
    const agent = fakeAgent(({ request }) =>
      request.resume === undefined ? [said('ok', { usage })] : [broke('unknown', { sessionLost: true, usage })],
    );
    const services = stepServices({ epoch: 2, left: [started] });
    const result = await execute(agent, createThreadSessions(), { fidelity: 'compact', history }, services);
    expect(agent.prompts[1]?.request).toMatchObject({ sessionId: 'run-1/work#1+2.1' });
    expect(agent.prompts[1]?.text).toContain('- plan: success');
    expect(result).toMatchObject({ outcome: { status: 'success' }, usage: { inputTokens: 2, outputTokens: 2 } });
  });

  test('starts fresh under another id when no session had become known', async () => {
    const agent = fakeAgent(() => 'ok');
    await execute(agent, createThreadSessions(), {}, stepServices({ epoch: 2 }));
    expect(agent.prompts[0]?.request).toMatchObject({ sessionId: 'run-1/work#1+2.0' });
  });

  test("starts fresh with a warning when it is another agent's turn now", async () => {
    const agent = fakeAgent(() => 'ok', 'new');
    const services = stepServices({ epoch: 2, left: [started] });
    await execute(agent, createThreadSessions(), {}, services);
    expect(warnings(services)).toEqual(['the session belongs to fake; new starts a fresh one']);
  });

  test('a fresh session that is reported lost is a failure, not an endless loop', async () => {
    const agent = fakeAgent(() => [broke('lost again', { sessionLost: true })]);
    const result = await execute(agent, createThreadSessions(), {}, stepServices({ epoch: 2, left: [started] }));
    expect(agent.prompts).toHaveLength(2);
    expect(result.outcome).toEqual({ status: 'fail', failureReason: 'lost again' });
  });
});

describe('a session that must not be continued', () => {
  const parted = () =>
    createThreadSessions(
      async () => ({ agent: 'fake', sessionId: 'before' }),
      async (_runId, sessionId) => (sessionId === 'before' ? 'session before is that of run source' : undefined),
    );
  const said = [
    { type: 'AgentText', text: 'First I ' },
    { type: 'AgentText', text: 'look around.' },
    { type: 'AgentToolCall', id: '1', tool: 'read', input: { path: 'a.txt' } },
    { type: 'AgentToolResult', id: '1', isError: false, output: 'alpha' },
  ] as const;

  verifies(
    'returning:conversation',
    'of a thread: a fresh one is started, summed up and with a warning, and the thread goes on in it',
    async () => {
      const agent = fakeAgent(() => 'ok');
      const sessions = parted();
      const services = stepServices({ stored: { 'plan.response': 'The whole plan' } });
      await execute(agent, sessions, { ...full, history }, services);
      expect(warnings(services)).toEqual([
        'session before is that of run source; a fresh one is started, with the conversation so far',
      ]);
      expect(agent.prompts[0]?.request.resume).toBeUndefined();
      expect(agent.prompts[0]?.text).toContain('The whole plan');
      await execute(agent, sessions, full, stepServices({ key: 'next#1' }));
      expect(agent.prompts[1]).toMatchObject({ text: 'Go', request: { resume: 'run-1/work#1' } });
    },
  );

  verifies(
    'returning:conversation',
    'of an operation in flight: the fresh one is told what was said and done of the task',
    async () => {
      const agent = fakeAgent(() => 'ok');
      const services = stepServices({ epoch: 2, left: [started, ...said] });
      await execute(agent, parted(), { fidelity: 'compact', attributes: { prompt: 'Go' }, history }, services);
      const { text = '' } = agent.prompts[0] ?? {};
      expect(text.slice(text.indexOf('<orchestra-data source="what'))).toMatchInlineSnapshot(`
        "<orchestra-data source="what was said and done of this task">
        said: First I look around.
        called read {"path":"a.txt"}
        it gave: alpha
        </orchestra-data>

        Your work on the task below was interrupted. Go on where you left off: keep what is already done, and repeat a step only where you cannot tell whether it finished.

        Go"
      `);
      expect(withoutRetold(text)).not.toContain('look around');
      expect(
        await possiblePrompts({ prompt: 'Go', call: stepCall({ fidelity: 'compact', history }), services }),
      ).toContain(withoutRetold(text));
    },
  );

  test('is continued where the agent has nothing but the record', async () => {
    const agent = { ...fakeAgent(() => 'ok'), sessions: 'recorded' } as const;
    await execute(agent, parted(), {}, stepServices({ epoch: 2, left: [started] }));
    expect(agent.prompts[0]?.request.resume).toBe('before');
  });
});
