import { setTimeout as delay } from 'node:timers/promises';
import type { StepEvent } from '../../contract/event.ts';
import type { FailedResult } from '../../engine/ports/agent.ts';

/** How often a request that failed with something that may pass is repeated within its turn. */
export const usualMaxRetries = 2;

const firstDelayMs = 1_000;

/** Longer waits are the business of the run: its timers outlast this process. */
const longestDelayMs = 30_000;

/**
 * Asks until there is an answer, a failure that stays, or too many that may pass. Only the request is repeated: giving the
 * whole task to a retry of its node would do the finished calls of tools again.
 */
export async function* askPatiently<T>(
  ask: () => AsyncGenerator<StepEvent, T | FailedResult>,
  maxRetries: number,
  signal: AbortSignal,
): AsyncGenerator<StepEvent, T | FailedResult> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = yield* ask();
    if (!isPassing(answer) || attempt > maxRetries) return answer;
    const delayMs = answer.retryAfterMs ?? firstDelayMs * 2 ** (attempt - 1);
    if (delayMs > longestDelayMs) return answer;
    yield { type: 'AgentRetrying', attempt, reason: answer.error, delayMs };
    await delay(delayMs, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  }
}

function isPassing(answer: unknown): answer is FailedResult {
  return typeof answer === 'object' && answer !== null && 'transient' in answer && answer.transient === true;
}
