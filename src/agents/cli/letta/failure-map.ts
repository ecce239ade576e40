import type { CliEnding } from '../cli-turn.ts';
import { failure, failureOfEnding, isTransientStatus, type Failure } from '../turn-failure.ts';
import type { ResultLine } from './transcript-shapes.ts';

export interface TurnFacts {
  readonly result: ResultLine | undefined;
  /** An error that no retry followed. */
  readonly error: string | undefined;
}

/** What went wrong in a turn; undefined where its result says that it went well. */
export function failureOf({ result, error }: TurnFacts, ending: CliEnding): Failure | undefined {
  if (ending.problem === undefined) {
    if (!result && error !== undefined) return said(error);
    if (result && result.subtype !== 'success') return said(error ?? result.result ?? result.subtype);
    if (!result && lostSession.test(ending.errors)) return failure(ending.errors, { sessionLost: true });
  }
  return failureOfEnding('Letta Code', result !== undefined, ending);
}

const lostSession = /^Agent \S+ not found/m;

function said(text: string): Failure {
  return failure(text, { transient: isTransient(text) });
}

/** The status stands before the text; a failure below HTTP has none. */
function isTransient(text: string): boolean {
  const [, status] = /^(\d{3})\b/.exec(text) ?? [];
  if (status !== undefined) return isTransientStatus(Number(status));
  return /connection|network|fetch failed|timed? ?out|overloaded|rate limit/i.test(text);
}
