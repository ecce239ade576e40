import { describe, expect, test, vi } from 'vitest';
import { stepCall, stepServices, type CallParts, type RecordedServices } from '../../../test/support/step-fixture.ts';
import { verifies } from '../../../test/support/verifies.ts';
import type { NodeResult } from '../../engine/ports/step.ts';
import { parseScript } from './script.ts';
import { createScriptedHandler } from './scripted-handler.ts';

function run(
  entries: readonly unknown[],
  call: CallParts = {},
  services: RecordedServices = stepServices(),
): Promise<NodeResult> {
  const script = parseScript(JSON.stringify({ work: entries }));
  return createScriptedHandler(script).execute(stepCall(call), services);
}

describe('a scripted stage', () => {
  test("answers by its execution, and stores prompt and response like an agent's", async () => {
    const services = stepServices();
    const entries = ['retry', { text: 'second answer' }];
    expect(
      (await run(entries, { attributes: { prompt: 'Do $goal' }, graph: { goal: 'it' }, steering: ['Hurry'] }, services))
        .outcome,
    ).toEqual({
      status: 'retry',
      failureReason: 'work reported retry',
      contextUpdates: { last_stage: 'work', last_response: '[Scripted] Response for stage: work' },
    });
    expect(services.artifacts.get('work.prompt')).toMatch(/- Hurry\n[^]*\n\nDo it$/);
    expect((await run(entries, { execution: 1 }, services)).outcome).toEqual({
      status: 'success',
      notes: 'Stage completed: work',
      contextUpdates: { last_stage: 'work', last_response: 'second answer' },
    });
    expect(services.artifacts.get('work.response')).toBe('second answer');
  });

  verifies(
    ['machine:script:throw', 'machine:script:throw-transient'],
    'throws as FAIL or RETRY with the message',
    async () => {
      expect((await run(['throw:boom'])).outcome).toEqual({ status: 'fail', failureReason: 'boom' });
      expect((await run(['throw-transient:429'])).outcome).toEqual({ status: 'retry', failureReason: '429' });
    },
  );

  test('reads declared outputs from its text, below what context_updates says', async () => {
    const entry = { text: 'verdict: good\ndepth: 1\nother: x', context_updates: { depth: 2 } };
    const { outcome } = await run([entry], { attributes: { context_keys: 'verdict,depth' } });
    expect(outcome.contextUpdates).toEqual({
      last_stage: 'work',
      last_response: entry.text,
      verdict: 'good',
      depth: 2,
    });
  });

  test('is held to output_schema only where the script gives a text', async () => {
    const attributes = { output_schema: '{"type":"object","required":["v"],"properties":{"v":{}}}' };
    expect((await run(['success'], { attributes })).outcome.status).toBe('success');
    expect((await run([{ text: 'no json' }], { attributes })).outcome.status).toBe('fail');
    expect((await run([{ text: '{"v":1}' }], { attributes })).outcome.contextUpdates).toMatchObject({ v: 1 });
  });

  test('of a ranking fan-in takes the candidate its text names, else the first', async () => {
    const call: CallParts = { handler: 'parallel.fan_in', candidates: ['b', 'a'] };
    const best = async (entry: unknown): Promise<unknown> =>
      (await run([entry], call)).outcome.contextUpdates?.['parallel.fan_in.best_id'];
    expect(await best('success')).toBe('b');
    expect(await best({ text: 'I choose a' })).toBe('a');
    expect((await run([{ text: 'I choose c' }], call)).outcome.status).toBe('fail');
    expect((await run(['fail'], call)).outcome).toMatchObject({ status: 'fail', failureReason: 'work reported fail' });
  });
});

describe('delay_ms', () => {
  verifies('machine:script:delay', 'delays the answer', async () => {
    vi.useFakeTimers();
    try {
      const answer = run([{ delay_ms: 60_000 }]);
      await vi.advanceTimersByTimeAsync(59_999);
      const early = await Promise.race([answer, Promise.resolve('still waiting')]);
      expect(early).toBe('still waiting');
      await vi.advanceTimersByTimeAsync(1);
      expect((await answer).outcome.status).toBe('success');
    } finally {
      vi.useRealTimers();
    }
  });

  test('ends at once when the step is aborted', async () => {
    const controller = new AbortController();
    const answer = run([{ delay_ms: 3_600_000 }], {}, stepServices({ signal: controller.signal }));
    controller.abort(new Error('cancelled'));
    await expect(answer).rejects.toThrow('cancelled');
  });
});
