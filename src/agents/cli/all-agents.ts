import { augment } from './augment/agent.ts';
import { claudeCode } from './claude-code/agent.ts';
import type { CliAgent } from './cli-agent.ts';
import { codex } from './codex/agent.ts';
import { copilot } from './copilot/agent.ts';
import { cursor } from './cursor/agent.ts';
import { gemini } from './gemini/agent.ts';
import { kilocode } from './kilocode/agent.ts';
import { letta } from './letta/agent.ts';
import { opencode } from './opencode/agent.ts';
import { pi } from './pi/agent.ts';
import { qwen } from './qwen/agent.ts';

/** Every command-line agent, in the order in which one is looked for where nobody names any. */
export const cliAgents: readonly CliAgent[] = [
  claudeCode,
  codex,
  copilot,
  gemini,
  qwen,
  opencode,
  kilocode,
  augment,
  cursor,
  pi,
  letta,
];
