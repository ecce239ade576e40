import type { AgentTurns } from '../cli-agent.ts';
import { OpencodeTranscript } from '../opencode/event-parser.ts';
import { kiloCommandLine } from './command-line.ts';

export const turns: AgentTurns = {
  commandLine: kiloCommandLine,
  transcript: (context) => new OpencodeTranscript({ id: 'kilocode', name: 'Kilo Code' }, context),
};
