import type { AgentTurns } from '../cli-agent.ts';
import { copilotCommandLine } from './command-line.ts';
import { CopilotTranscript } from './event-parser.ts';

export const turns: AgentTurns = {
  commandLine: copilotCommandLine,
  transcript: (context) => new CopilotTranscript(context),
};
