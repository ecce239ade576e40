import type { CliEnding } from '../cli-turn.ts';
import { failure, failureOfEnding, isTransientStatus, type Failure } from '../turn-failure.ts';
import type { ResultLine } from './transcript-shapes.ts';

/**
 * What went wrong in a turn, or undefined where the result line says in every respect that it went well. The exit
 * code alone proves nothing, and neither does `subtype`: after an HTTP error it still reads `success`.
 */
export function failureOf(line: ResultLine | undefined, ending: CliEnding): Failure | undefined {
  if (ending.problem === undefined && line) {
    if (line.is_error || line.subtype !== 'success' || line.api_error_status || line.api_error)
      return ofLine(line, ending);
    if (line.result === undefined) return failure('Claude Code reported success without a text');
  }
  return failureOfEnding('Claude Code', line !== undefined, ending);
}

function ofLine(line: ResultLine, ending: CliEnding): Failure {
  const text = [line.result, ...line.errors].filter(Boolean).join('; ') || ending.errors || line.subtype;
  const lost = /no conversation found/i.test(text);
  return failure(text, { transient: isTransient(line), ...(lost && { sessionLost: true }) });
}

/** A failure below HTTP is a connection that failed. */
function isTransient({ api_error_status: status, api_error }: ResultLine): boolean {
  return typeof status === 'number' ? isTransientStatus(status) : Boolean(api_error);
}
