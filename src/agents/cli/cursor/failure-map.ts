import type { CliEnding } from '../cli-turn.ts';
import { failure, failureOfEnding, type Failure } from '../turn-failure.ts';
import type { ResultLine } from './transcript-shapes.ts';

export interface TurnFacts {
  /** The line that ends a turn; there is none where the turn failed. */
  readonly result: ResultLine | undefined;
  /** The last thing it printed that was no event: some failures are told like that. */
  readonly said: string;
  /** It began another session than the one it was told to go on with. */
  readonly isOtherSession: boolean;
}

/** What went wrong in a turn; undefined where the result line says in every respect that it went well. */
export function failureOf({ result, said, isOtherSession }: TurnFacts, ending: CliEnding): Failure | undefined {
  if (isOtherSession) return failure('Cursor does not know the session and began another', { sessionLost: true });
  const errors = withoutEvents(ending.errors) || said;
  if (ending.problem === undefined && result && (result.is_error || result.subtype !== 'success'))
    return told(result.result || errors || result.subtype);
  const failed = failureOfEnding('Cursor', result !== undefined, { ...ending, errors });
  return failed && !result ? { ...told(errors), error: failed.error } : failed;
}

function told(text: string): Failure {
  if (/\b(?:chat|session)\b.*\bnot found\b/i.test(text)) return failure(text, { sessionLost: true });
  return failure(text, { transient: transient.test(text) });
}

/** There is no status: its service answers with words, of which a code in brackets is one. */
const transient =
  /\[(?:resource_exhausted|unavailable|deadline_exceeded|aborted|internal)\]|rate limit|overloaded|timed? ?out|fetch failed|ECONN|ENOTFOUND|EAI_AGAIN|socket hang up/i;

/** Some versions repeat their events on standard error. */
function withoutEvents(errors: string): string {
  return errors
    .split('\n')
    .filter((line) => !line.startsWith('{'))
    .join('\n')
    .trim();
}
