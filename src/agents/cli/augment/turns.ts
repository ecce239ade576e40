import type { AgentTurns } from '../cli-agent.ts';
import { auggieCommandLine } from './command-line.ts';
import { AuggieTranscript } from './event-parser.ts';

export const turns: AgentTurns = {
  commandLine: auggieCommandLine,
  transcript: (context) => new AuggieTranscript(context),
};
