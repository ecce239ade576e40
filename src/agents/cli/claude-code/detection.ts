import type { AgentDetection } from '../../../engine/ports/agent.ts';
import { detectExecutable } from '../executable.ts';
import { claudeEnvironment } from './command-line.ts';
import type { ClaudeCodeOptions } from './options.ts';

export const defaultExecutable = 'claude';

/** Whether Claude Code is installed; whether it is signed in shows only when it is asked something. */
export function detectClaudeCode(options: ClaudeCodeOptions): Promise<AgentDetection> {
  return detectExecutable({
    executable: options.executable ?? defaultExecutable,
    env: claudeEnvironment(options),
    installHint: 'Install it with `npm install -g @anthropic-ai/claude-code` and sign in with `claude`.',
  });
}
