import type { AgentTurns } from '../cli-agent.ts';
import { cursorCommandLine } from './command-line.ts';
import { CursorTranscript } from './event-parser.ts';

export const turns: AgentTurns = {
  commandLine: cursorCommandLine,
  transcript: (context) => new CursorTranscript(context),
};
