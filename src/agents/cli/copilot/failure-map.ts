import { parseForeignJson } from '../../../shared/foreign-json.ts';
import { isJsonObject } from '../../../shared/json.ts';
import type { CliEnding } from '../cli-turn.ts';
import { failure, failureOfEnding, isTransientStatus, type Failure } from '../turn-failure.ts';
import type { CallFailure, SessionError } from './transcript-shapes.ts';

export interface TurnFacts {
  /** The code its last line tells; there is none where it was killed. It is 0 also after a turn that was aborted. */
  readonly toldExitCode: number | undefined;
  /** What ended the turn, if nothing was answered after it. */
  readonly error: SessionError | undefined;
  /** The last request to the model that failed. */
  readonly call: CallFailure | undefined;
  readonly isAborted: boolean;
}

/** What went wrong in a turn; undefined where the last line and all before it say that it went well. */
export function failureOf(turn: TurnFacts, ending: CliEnding): Failure | undefined {
  const { toldExitCode, error, call, isAborted } = turn;
  if (ending.problem === undefined && error) return ofError(error, call);
  if (toldExitCode === undefined && lostSession.test(ending.errors))
    return failure(ending.errors, { sessionLost: true });
  const failed = failureOfEnding(name, toldExitCode !== undefined, ending);
  if (failed) return failed;
  if (isAborted) return failure(`${name} gave the turn up`);
  return toldExitCode === 0 ? undefined : failure(`${name} failed without saying why (exit code ${toldExitCode})`);
}

const name = 'GitHub Copilot CLI';

const lostSession = /no session, task,? or name matched/i;

/** It puts the answer of a provider into words of its own: that one is told, too. */
function ofError({ message, statusCode }: SessionError, call: CallFailure | undefined): Failure {
  const reason = call ? reasonOf(call) : '';
  const transient = statusCode === undefined ? call?.failureKind === 'transport' : isTransientStatus(statusCode);
  return failure(message.includes(reason) ? message : `${message}\n${reason}`, { transient });
}

/** Why a request failed, in the words of whoever refused it. */
export function reasonOf({ errorMessage }: CallFailure): string {
  const parsed = parseForeignJson(errorMessage);
  const value = 'value' in parsed && isJsonObject(parsed.value) ? parsed.value['message'] : undefined;
  return typeof value === 'string' ? value : errorMessage;
}
