import type { CliAgent } from '../cli-agent.ts';
import { claudeAcp } from './acp.ts';
import { sessionUuid } from '../session-uuid.ts';

/** Claude Code, headless with stream-json. A fresh session takes an id of ours, so a crash cannot lose it. */
export const claudeCode: CliAgent = {
  id: 'claude-code',
  aliases: ['claude'],
  name: 'Claude Code',
  provider: 'anthropic',
  executable: 'claude',
  installHint: 'Install it with `npm install -g @anthropic-ai/claude-code` and sign in with `claude`.',
  triedVersion: '2.1.329',
  // Those of a running session (CLAUDECODE, CLAUDE_CODE_SESSION_ID ...) stay out.
  variables: [
    'ANTHROPIC_*',
    'API_TIMEOUT_MS',
    'CLAUDE_CONFIG_DIR',
    'CLAUDE_CODE_API_KEY_HELPER_TTL_MS',
    'CLAUDE_CODE_MAX_OUTPUT_TOKENS',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'CLAUDE_CODE_SHELL',
    'CLAUDE_CODE_SKIP_*',
    'CLAUDE_CODE_USE_*',
  ],
  signIn: {
    variables: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
    files: ['.claude/.credentials.json'],
  },
  state: {
    folders: ['.claude', '.cache/claude-cli-nodejs'],
    files: ['.claude.json'],
    variables: ['CLAUDE_CONFIG_DIR'],
  },
  runsToolHooks: true,
  freshSessionId: sessionUuid,
  acp: claudeAcp,
  turns: async () => (await import('./turns.ts')).turns,
};
