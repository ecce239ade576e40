import type { AgentTurns } from '../cli-agent.ts';
import { lettaCommandLine } from './command-line.ts';
import { LettaTranscript } from './event-parser.ts';

export const turns: AgentTurns = {
  commandLine: lettaCommandLine,
  transcript: (context) => new LettaTranscript(context),
};
