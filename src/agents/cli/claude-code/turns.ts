import type { AgentTurns } from '../cli-agent.ts';
import { messageSample } from '../message-transcript.ts';
import { claudeCommandLine } from './command-line.ts';
import { claudeTranscript } from './event-parser.ts';

export const turns: AgentTurns = {
  sampleLine: messageSample,
  commandLine: claudeCommandLine,
  transcript: claudeTranscript,
};
