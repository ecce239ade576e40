import { RequestError } from '@agentclientprotocol/sdk';
import { isJsonObject, type Json } from '../../shared/json.ts';
import { OutputTooLongError } from '../../shared/process/lines.ts';
import type { GroupExit } from '../../shared/process/process-group.ts';
import { failure, isTransientStatus, type Failure } from '../cli/turn-failure.ts';
import type { AcpAgent } from './acp-agent.ts';
import { authenticationRequired } from './error-codes.ts';
import { soundsPassing } from './failure-text.ts';
import { TurnProblem } from './turn-problem.ts';

/** How the agent's program came to its end, where the connection was lost with it. */
export interface AgentEnding extends GroupExit {
  /** The end of its standard error. */
  readonly errors: string;
  /** The limit that ended it. */
  readonly limit?: string;
}

/** What a turn failed with; undefined where the connection was lost, of which the end of the program tells more. */
export function failureOf(agent: AcpAgent, error: unknown): Failure | undefined {
  if (error instanceof TurnProblem) return error.failure;
  if (error instanceof OutputTooLongError) return failure(`${agent.name}'s output cannot be read: ${error.message}`);
  if (error instanceof RequestError) return failureOfAnswer(agent, error);
  return undefined;
}

/** The program went away, or stopped listening, before it had answered. */
export function withoutAnswer({ name, executable, installHint }: AcpAgent, ending: AgentEnding): string {
  const { exitCode, signal, endedBy, errors, limit } = ending;
  const detail = errors === '' ? '' : `: ${errors}`;
  if (limit !== undefined) return `${name} was ended by a limit: ${limit}${detail}`;
  if (exitCode === 126 || exitCode === 127) return `${executable} cannot be started${detail}. ${installHint}`;
  if (endedBy === 'end') return `${name} closed the connection before it had answered${detail}`;
  const exit = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  return `${name} ended before it had answered (${exit})${detail}`;
}

function failureOfAnswer(agent: AcpAgent, error: RequestError): Failure {
  const said = textOf(error);
  if (error.code === authenticationRequired)
    return failure(`${agent.name} is not signed in, or its key is refused (${said}). ${agent.installHint}`);
  return failure(`${agent.name}: ${said}`, { transient: isTransient(error, said) });
}

/** Agents put what happened into the message, or into what goes along with it. */
function textOf({ message, data }: RequestError): string {
  const facts: Json = (data as Json | undefined) ?? null; // it came as JSON
  const details = isJsonObject(facts) ? (facts['details'] ?? facts['message']) : facts;
  return typeof details === 'string' && !message.includes(details) ? `${message}: ${details}` : message;
}

function isTransient({ code, data }: RequestError, said: string): boolean {
  const status = statusIn(code, data as Json | undefined);
  if (status !== undefined) return isTransientStatus(status);
  const kind = isJsonObject(data) ? data['errorKind'] : undefined;
  return (typeof kind === 'string' && passingKinds.has(kind)) || soundsPassing(said);
}

/** Some answer with the status of the failed request as the code of the error. */
function statusIn(code: number, data: Json | undefined): number | undefined {
  const told = isJsonObject(data) ? [data['status'], data['statusCode'], data['httpStatus']] : [];
  return [code, ...told].find((value): value is number => typeof value === 'number' && value >= 400 && value < 600);
}

const passingKinds: ReadonlySet<string> = new Set(['rate_limit', 'server_error', 'overloaded', 'timeout', 'network']);

/** The turn ended by itself, without being over. */
export function failureOfStop(agent: AcpAgent, stopReason = 'none was told'): Failure | undefined {
  switch (stopReason) {
    case 'end_turn':
      return undefined;
    case 'max_tokens':
      return failure(`${agent.name} stopped in the middle: the answer reached its limit of tokens`);
    case 'max_turn_requests':
      return failure(`${agent.name} stopped in the middle: the turn reached its limit of requests to the model`);
    case 'refusal':
      return failure(`${agent.name} refused to go on`);
    case 'cancelled':
      return failure(`${agent.name} cancelled the turn, though nobody had asked for it`);
    default:
      return failure(`${agent.name} stopped for an unknown reason: ${stopReason}`);
  }
}
