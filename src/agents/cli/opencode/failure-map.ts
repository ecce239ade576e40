import type { CliEnding } from '../cli-turn.ts';
import { failure, failureOfEnding, isTransientStatus, type Failure } from '../turn-failure.ts';
import type { OpencodeError } from './transcript-shapes.ts';

export interface TurnFacts {
  /** Why the last step ended, unless the agent went on after it. */
  readonly reason: string | undefined;
  /** What it said of a turn that failed. */
  readonly error: OpencodeError | undefined;
}

/** What went wrong in a turn of the agent of that name; undefined where its last answer ended by itself. */
export function failureOf(name: string, { reason, error }: TurnFacts, ending: CliEnding): Failure | undefined {
  if (ending.problem === undefined) {
    if (error) return failureOfError(error);
    if (reason === 'length') return failure('the answer was cut off at the limit of tokens');
    if (reason !== undefined && reason !== 'stop') return failure(`${name} stopped: ${reason}`);
    const [lost] = /session not found/i.exec(ending.errors) ?? [];
    if (reason === undefined && lost !== undefined) return failure(lost, { sessionLost: true });
  }
  return failureOfEnding(name, reason !== undefined, ending);
}

/** Below HTTP there is no status: then it says itself whether another attempt makes sense. */
function failureOfError({ name, data }: OpencodeError): Failure {
  const { message, statusCode, isRetryable = false, responseHeaders = {} } = data ?? {};
  const status = statusCode === undefined ? '' : ` (status ${statusCode})`;
  const wait = responseHeaders['retry-after'];
  const retry = wait === undefined ? '' : ` (retry-after: ${wait})`;
  const transient = statusCode === undefined ? isRetryable : isTransientStatus(statusCode);
  return failure(`${message ?? name}${status}${retry}`, { transient });
}
