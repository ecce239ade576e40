import { expect, test } from 'vitest';
import { stepCall, stepServices, type CallParts } from '../../../test/support/step-fixture.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { createCodergenHandler } from '../handlers/codergen.ts';
import { createThreadSessions } from '../handlers/codergen-threads.ts';
import type { NodeResult } from '../ports/step.ts';
import { simulationAdapter } from './simulation-adapter.ts';

function simulate(call: CallParts): Promise<NodeResult> {
  const handler = createCodergenHandler({
    agentFor: () => ({ adapter: simulationAdapter }),
    readStatusFile: async () => undefined,
    sessions: createThreadSessions(),
    deriveId: (text) => text,
  });
  return handler.execute(stepCall(call), stepServices());
}

verifies('codergen:simulation', 'a simulated stage succeeds with the text of the specification', async () => {
  expect((await simulate({ nodeId: 'plan' })).outcome).toEqual({
    status: 'success',
    notes: 'Stage completed: plan',
    contextUpdates: { last_stage: 'plan', last_response: '[Simulated] Response for stage: plan' },
  });
});

test('a simulated fan-in takes the candidate that is best by rank', async () => {
  const { outcome } = await simulate({ candidates: ['second', 'first'] });
  expect(outcome.contextUpdates).toMatchObject({ 'parallel.fan_in.best_id': 'second' });
});

test('a simulated stage is not held to its output_schema', async () => {
  const { outcome } = await simulate({ attributes: { output_schema: '{"required":["v"]}', context_keys: 'v' } });
  expect(outcome.status).toBe('success');
});

test('simulation is always available', async () => {
  expect(await simulationAdapter.detect()).toEqual({ available: true });
});
