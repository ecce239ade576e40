import type { AgentTurns } from '../cli-agent.ts';
import { messageSample } from '../message-transcript.ts';
import { qwenCommandLine } from './command-line.ts';
import { qwenTranscript } from './event-parser.ts';

export const turns: AgentTurns = {
  sampleLine: messageSample,
  commandLine: qwenCommandLine,
  transcript: qwenTranscript,
};
