import type { AgentTurns } from '../cli-agent.ts';
import { codexCommandLine } from './command-line.ts';
import { CodexTranscript } from './event-parser.ts';
import { spentInThread } from './rollout.ts';

export const turns: AgentTurns = {
  sampleLine: '{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"sample"}}',
  commandLine: codexCommandLine,
  spentBefore: spentInThread,
  transcript: (context) => new CodexTranscript(context),
};
