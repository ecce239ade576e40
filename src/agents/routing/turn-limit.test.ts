import { expect, test } from 'vitest';
import { fakeAgent, said } from '../../../test/support/fake-agent.ts';
import { stepCall, stepServices } from '../../../test/support/step-fixture.ts';
import type { AgentAdapter, AgentEvent } from '../../engine/ports/agent.ts';
import { untilAborted } from '../../shared/abort.ts';
import { withTurnLimit } from './turn-limit.ts';

async function eventsOf(adapter: AgentAdapter, signal: AbortSignal): Promise<readonly AgentEvent[]> {
  const services = stepServices();
  const session = await adapter.open({ sessionId: 's', cwd: '/', env: {}, call: stepCall(), services });
  const events: AgentEvent[] = [];
  for await (const event of session.prompt('Go', signal)) events.push(event);
  return events;
}

const never = new Promise<never>(() => undefined);

/** Says something, then nothing until its signal ends it. */
function hanging(): AgentAdapter {
  const agent = fakeAgent(() => 'unused', 'slow');
  return {
    ...agent,
    open: async () => ({
      id: 's',
      close: async () => undefined,
      async *prompt(_text, signal) {
        yield { type: 'AgentText', text: 'Well' } as const;
        await untilAborted(signal, () => never);
      },
    }),
  };
}

test('an answer that takes too long is ended, and may be tried again', async () => {
  expect(await eventsOf(withTurnLimit(hanging(), 20), new AbortController().signal)).toEqual([
    { type: 'AgentText', text: 'Well' },
    { type: 'result', ok: false, error: 'slow gave no answer in 20 ms', transient: true },
  ]);
});

test('who ends the turn from outside hears their own reason', async () => {
  await expect(eventsOf(withTurnLimit(hanging(), 60_000), AbortSignal.abort(new Error('cancelled')))).rejects.toThrow(
    'cancelled',
  );
});

test('an answer in time is passed on as it is', async () => {
  const quick = withTurnLimit(
    fakeAgent(() => [said('done')]),
    60_000,
  );
  expect((await eventsOf(quick, new AbortController().signal)).at(-1)).toMatchObject({ ok: true, text: 'done' });
});
