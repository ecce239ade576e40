import type { Outcome } from '../contract/outcome.ts';
import type { NodeResult, StepCall, StepHandler, StepServices } from '../engine/ports/step.ts';

/** What a step written as a function returns: a text is SUCCESS with that text as `last_response` (4.5). */
export type StepAnswer = string | Outcome;

/**
 * A step handler from a function (4.1, 4.12). What it throws fails the stage, or retries it for a
 * transient error. It may run again after a crash, with the same `services.key`.
 *
 * @example
 * const count = defineStep(async ({ context }) => ({
 *   status: 'success',
 *   contextUpdates: { count: Number(context.get('count') ?? 0) + 1 },
 * }));
 */
export function defineStep(
  work: (call: StepCall, services: StepServices) => Promise<StepAnswer> | StepAnswer,
): StepHandler {
  return {
    async execute(call, services): Promise<NodeResult> {
      const answer = await work(call, services);
      if (typeof answer !== 'string') return { outcome: answer };
      services.artifact(`${call.nodeId}.response`, answer);
      const contextUpdates = { last_stage: call.nodeId, last_response: [...answer].slice(0, 200).join('') };
      return { outcome: { status: 'success', notes: `Stage completed: ${call.nodeId}`, contextUpdates } };
    },
  };
}
