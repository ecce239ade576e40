import type { CliEnding } from '../cli-turn.ts';
import { failure, failureOfEnding, isTransientStatus, type Failure } from '../turn-failure.ts';

export interface TurnFacts {
  /** Codex said that the turn is complete. */
  readonly isCompleted: boolean;
  /** What it said of a turn that failed. */
  readonly failed: string | undefined;
}

/** What went wrong in a turn; undefined where Codex completed it and ended well. */
export function failureOf({ isCompleted, failed }: TurnFacts, ending: CliEnding): Failure | undefined {
  if (ending.problem === undefined && failed !== undefined) return failure(failed, { transient: isTransient(failed) });
  if (!isCompleted && lostSession.test(ending.errors)) return failure(ending.errors, { sessionLost: true });
  return failureOfEnding('Codex', isCompleted, ending);
}

const lostSession = /no rollout found for thread id|session not found/i;

/** There is no status beside the text, and for faults of the server not even one in it. */
function isTransient(message: string): boolean {
  const [, status] = /\bstatus:? (\d{3})\b/.exec(message) ?? [];
  if (status !== undefined) return isTransientStatus(Number(status));
  return /high demand|temporary|timed? ?out|connection|stream (?:closed|disconnected|error)|error sending request|overloaded/i.test(
    message,
  );
}

/** Why a request is repeated, where that is what an error line tells. */
export function retryOf(message: string): string | undefined {
  const [whole, reason] = /^Reconnecting\.\.\.(?: \d+\/\d+)?(?: \((.*)\))?$/s.exec(message) ?? [];
  return reason ?? whole;
}
