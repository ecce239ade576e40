import type { AgentResult } from '../../../engine/ports/agent.ts';
import type { CliEnding } from '../cli-turn.ts';
import type { ResultLine } from './transcript-shapes.ts';

export type Failure = Omit<Extract<AgentResult, { ok: false }>, 'usage'>;

/**
 * What went wrong in a turn, or undefined where the result line says in every respect that it went well. The exit
 * code alone proves nothing, and neither does `subtype`: after an HTTP error it still reads `success`.
 */
export function failureOf(line: ResultLine | undefined, ending: CliEnding): Failure | undefined {
  if (ending.problem !== undefined) return failure(`Claude Code's output cannot be read: ${ending.problem}`);
  if (!line) return failure(`Claude Code ended without a result (${exitOf(ending)})${detail(ending.errors)}`);
  if (line.is_error || line.subtype !== 'success' || line.api_error_status || line.api_error)
    return ofLine(line, ending);
  if (line.result === undefined) return failure('Claude Code reported success without a text');
  if (ending.exitCode !== 0 && !ending.dismissed) {
    return failure(`Claude Code reported success but ended badly (${exitOf(ending)})${detail(ending.errors)}`);
  }
  return undefined;
}

function ofLine(line: ResultLine, ending: CliEnding): Failure {
  const text = [line.result, ...line.errors].filter(Boolean).join('; ') || ending.errors || line.subtype;
  const lost = /no conversation found/i.test(text);
  return { ...failure(text, isTransient(line)), ...(lost && { sessionLost: true }) };
}

/** Worth another attempt: overload, limits of rate and time, faults of the server, a connection that failed (3.6). */
function isTransient({ api_error_status: status, api_error }: ResultLine): boolean {
  if (typeof status !== 'number') return Boolean(api_error);
  return status === 408 || status === 429 || status >= 500;
}

function failure(error: string, transient = false): Failure {
  return { type: 'result', ok: false, error, transient };
}

function exitOf({ exitCode, signal }: CliEnding): string {
  return signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
}

function detail(errors: string): string {
  return errors === '' ? '' : `: ${errors}`;
}
