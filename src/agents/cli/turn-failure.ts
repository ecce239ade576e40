import type { Usage } from '../../contract/outcome.ts';
import type { AgentEvent, AgentResult } from '../../engine/ports/agent.ts';
import type { CliEnding } from './cli-turn.ts';
import type { JsonLines } from './json-lines.ts';

/** Why a turn went wrong. */
export type Failure = Omit<Extract<AgentResult, { ok: false }>, 'usage'>;

export function failure(error: string, more: Partial<Pick<Failure, 'transient' | 'sessionLost'>> = {}): Failure {
  return { type: 'result', ok: false, error, transient: false, ...more };
}

/** Worth another attempt (3.6): limits of rate and time, faults of the server. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * What is wrong with a turn whatever the agent itself said of it, for the agent of that name; undefined where nothing
 * is. An exit code alone proves nothing: without a terminal event there is no success.
 */
export function failureOfEnding(name: string, hasEnded: boolean, ending: CliEnding): Failure | undefined {
  const { exitCode, signal, dismissed, errors, problem, limit } = ending;
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  const exit = limit === undefined ? how : `${how}: ${limit}`;
  const detail = errors === '' ? '' : `: ${errors}`;
  if (problem !== undefined) return failure(`${name}'s output cannot be read: ${problem}`);
  if (!hasEnded) return failure(`${name} ended without a result (${exit})${detail}`);
  if (exitCode !== 0 && !dismissed) return failure(`${name} reported success but ended badly (${exit})${detail}`);
  return undefined;
}

export interface EndOfTurn {
  readonly lines: JsonLines;
  readonly usage: Usage | undefined;
  readonly failure: Failure | undefined;
  readonly text: string;
}

/** The last events of a turn: what was left untold, what it used, how it ended. */
export function endOfTurn({ lines, usage, failure: failed, text }: EndOfTurn): readonly AgentEvent[] {
  const counted = usage && { usage };
  return [
    ...lines.untold(),
    ...(usage ? [{ type: 'AgentUsage', ...usage } as const] : []),
    failed ? { ...failed, ...counted } : { type: 'result', ok: true, text, ...counted },
  ];
}
