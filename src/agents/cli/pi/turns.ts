import type { AgentTurns } from '../cli-agent.ts';
import { piCommandLine } from './command-line.ts';
import { PiTranscript } from './event-parser.ts';

export const turns: AgentTurns = {
  sampleLine:
    '{"type":"message_end","message":{"role":"assistant","content":[{"type":"text","text":"sample"}],"model":"m","usage":{"input":1,"output":1,"cost":{"total":0}},"stopReason":"stop"}}',
  commandLine: piCommandLine,
  transcript: (context) => new PiTranscript(context),
};
