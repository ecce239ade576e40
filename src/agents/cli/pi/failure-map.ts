import type { CliEnding } from '../cli-turn.ts';
import { failure, failureOfEnding, isTransientStatus, type Failure } from '../turn-failure.ts';
import type { Message } from './transcript-shapes.ts';

/**
 * What went wrong in a turn; undefined where its last message stopped by itself. pi ends with exit code 0 also after an
 * error of the provider.
 * @param last the last message of a turn that pi ended
 */
export function failureOf(last: Message | undefined, ending: CliEnding): Failure | undefined {
  if (ending.problem === undefined && last && last.stopReason !== 'stop') return stopped(last);
  if (!last && /no session found/i.test(ending.errors)) return failure(ending.errors, { sessionLost: true });
  return failureOfEnding('pi', last !== undefined, ending);
}

function stopped({ stopReason, errorMessage }: Message): Failure {
  if (stopReason === 'length') return failure('the answer was cut off at the limit of tokens');
  const text = errorMessage ?? `pi stopped: ${stopReason ?? 'it does not say why'}`;
  return failure(text, { transient: isTransient(text) });
}

/** The status stands before the text; a failure below HTTP has none. */
function isTransient(message: string): boolean {
  const [, status] = /^(\d{3})\b/.exec(message) ?? [];
  if (status !== undefined) return isTransientStatus(Number(status));
  return /connection|network|fetch failed|timed? ?out|overloaded|rate limit|terminated/i.test(message);
}
