import type { CliEnding } from '../cli-turn.ts';
import { failure, failureOfEnding, isTransientStatus, type Failure } from '../turn-failure.ts';
import type { ResultLine } from './transcript-shapes.ts';

/**
 * What went wrong in a turn; undefined where its line says that it went well. Most failures are told by no line at all,
 * but behind a cross on standard error.
 */
export function failureOf(line: ResultLine | undefined, ending: CliEnding): Failure | undefined {
  if (ending.problem === undefined) {
    const [, told] = /❌\s*([^]+)/.exec(ending.errors) ?? [];
    if (!line && told !== undefined) return said(told);
    if (line && (line.is_error || line.subtype !== 'success')) return said(line.result || (told ?? line.subtype));
  }
  return failureOfEnding('Auggie', line !== undefined, ending);
}

function said(text: string): Failure {
  if (/no session found/i.test(text)) return failure(text, { sessionLost: true });
  return failure(text, { transient: isTransient(text) });
}

function isTransient(text: string): boolean {
  const [, status] = /\bHTTP error: (\d{3})\b/.exec(text) ?? [];
  if (status !== undefined) return isTransientStatus(Number(status));
  return /connection|network|fetch failed|timed? ?out|unavailable|overloaded|rate.limit/i.test(text);
}
