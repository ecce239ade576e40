import type { AcpProgram } from '../../acp/acp-program.ts';

/** Over its adapter, which brings a Claude Code of its own unless CLAUDE_CODE_EXECUTABLE names another. */
export const claudeAcp: AcpProgram = {
  adapter: {
    executable: 'claude-agent-acp',
    installHint: 'Install it with `npm install -g @agentclientprotocol/claude-agent-acp` and sign in with `claude`.',
    triedVersion: '0.101.0',
  },
  variables: ['CLAUDE_CODE_EXECUTABLE'],
  arguments: () => [],
  environment: ({ maxRetries, sandboxed, agentExecutable }) => ({
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // It would also repeat a refused key, ten times.
    CLAUDE_CODE_MAX_RETRIES: String(maxRetries ?? 2),
    ...(sandboxed && { IS_SANDBOX: '1' }),
    ...(agentExecutable !== undefined && { CLAUDE_CODE_EXECUTABLE: agentExecutable }),
  }),
  sessionMeta: ({ allowedTools }) => ({ claudeCode: { options: { allowedTools } } }),
  // Its own default lets a model decide what is safe.
  modes: { 'read-only': 'default', 'workspace-write': 'acceptEdits', full: 'bypassPermissions' },
};
