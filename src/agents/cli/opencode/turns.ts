import type { AgentTurns } from '../cli-agent.ts';
import { opencodeCommandLine } from './command-line.ts';
import { OpencodeTranscript } from './event-parser.ts';

export const turns: AgentTurns = {
  sampleLine:
    '{"type":"text","timestamp":1,"sessionID":"s","part":{"id":"p","messageID":"m","sessionID":"s","type":"text","text":"sample","time":{"start":1,"end":1}}}',
  commandLine: (turn) => opencodeCommandLine(turn, 'OPENCODE'),
  transcript: (context) => new OpencodeTranscript({ id: 'opencode', name: 'opencode' }, context),
};
