import type { CliEnding } from '../cli-turn.ts';
import { failure, failureOfEnding, isTransientStatus, type Failure } from '../turn-failure.ts';
import type { ResultLine, ToolResult } from './transcript-shapes.ts';

export interface TurnFacts {
  readonly result: ResultLine | undefined;
  /** The last error it told of before the result. */
  readonly error: string | undefined;
}

/**
 * What went wrong in a turn; undefined where the result says that it went well and no error line came before. The exit
 * code proves less than ever: ended by SIGTERM, Gemini CLI exits with 0.
 */
export function failureOf({ result, error }: TurnFacts, ending: CliEnding): Failure | undefined {
  if (ending.problem === undefined && result) {
    const text = result.error?.message ?? error;
    if (text !== undefined) return failure(text, { transient: isTransient(text, ending) });
    if (result.status !== 'success') return failure(`Gemini CLI reported ${result.status} without a reason`);
  }
  if (!result && lostSession.test(ending.errors)) return failure(ending.errors, { sessionLost: true });
  return failureOfEnding('Gemini CLI', result !== undefined, ending);
}

const lostSession = /invalid session identifier|no previous sessions found/i;

function isTransient(message: string, { exitCode }: CliEnding): boolean {
  const status = statusIn(message) ?? statusBehind(exitCode);
  if (status !== undefined) return isTransientStatus(status);
  return /connection|network|fetch failed|timed? ?out|overloaded|rate limit|try again later/i.test(message);
}

function statusIn(message: string): number | undefined {
  const [, status] = /\bcode\\?":\s*(\d{3})\b/.exec(message) ?? [];
  return status === undefined ? undefined : Number(status);
}

/** It exits with the status of HTTP, of which the operating system keeps the lower eight bits: 401 arrives as 145. */
function statusBehind(exitCode: number | null): number | undefined {
  return exitCode !== null && exitCode >= 144 ? exitCode + 256 : undefined;
}

/** Whether a call failed because it was not permitted. */
export function isDenial(error: ToolResult['error']): boolean {
  return error?.type === 'policy_violation';
}
