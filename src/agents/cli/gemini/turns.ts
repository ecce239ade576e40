import type { AgentTurns } from '../cli-agent.ts';
import { geminiCommandLine } from './command-line.ts';
import { GeminiTranscript } from './event-parser.ts';

export const turns: AgentTurns = {
  commandLine: geminiCommandLine,
  transcript: (context) => new GeminiTranscript(context),
};
