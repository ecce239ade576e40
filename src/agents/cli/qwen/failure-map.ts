import type { CliEnding } from '../cli-turn.ts';
import { failure, failureOfEnding, isTransientStatus, type Failure } from '../turn-failure.ts';
import type { ResultLine } from './transcript-shapes.ts';

/** What went wrong in a turn, or undefined where the result line says in every respect that it went well. */
export function failureOf(line: ResultLine | undefined, ending: CliEnding): Failure | undefined {
  if (ending.problem === undefined && line) {
    if (line.is_error || line.error || line.subtype !== 'success') return ofLine(line, ending);
    if (line.result === undefined) return failure('Qwen Code reported success without a text');
  }
  if (!line && lostSession.test(ending.errors)) return failure(ending.errors, { sessionLost: true });
  return failureOfEnding('Qwen Code', line !== undefined, ending);
}

const lostSession = /no saved session found/i;

function ofLine(line: ResultLine, ending: CliEnding): Failure {
  const text = line.error?.message || line.result || ending.errors || line.subtype;
  return failure(text, { transient: isTransient(text) });
}

/** The status stands at the head of the text; a failure below HTTP has none. */
function isTransient(message: string): boolean {
  const [, status] = /\bAPI Error: (\d{3})\b/.exec(message) ?? [];
  if (status !== undefined) return isTransientStatus(Number(status));
  return /connection|network|fetch failed|timed? ?out|overloaded|rate limit|try again later/i.test(message);
}
