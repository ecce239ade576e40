import type { CommandLine, TurnRequest } from '../cli-agent.ts';
import { opencodeCommandLine } from '../opencode/command-line.ts';

/** As that of opencode; beyond it, Kilo Code can be told how often to repeat a request, if at all once. */
export function kiloCommandLine(turn: TurnRequest): CommandLine {
  const { maxRetries } = turn.options;
  const line = opencodeCommandLine(turn, 'KILO');
  if (maxRetries === undefined) return line;
  return { ...line, env: { ...line.env, KILO_SESSION_RETRY_LIMIT: String(Math.max(1, maxRetries)) } };
}
