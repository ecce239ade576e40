import type { CliAgent } from '../cli-agent.ts';

/** Letta Code, headless with stream-json, on its local backend. It chooses the id of a session itself, and tells it at once. */
export const letta: CliAgent = {
  id: 'letta',
  name: 'Letta Code',
  executable: 'letta',
  installHint: 'Install it with `npm install -g @letta-ai/letta-code` and connect a provider with `letta connect`.',
  triedVersion: '0.25.9',
  // Those of a running session (LETTA_AGENT_ID, LETTA_CONVERSATION_ID ...) stay out.
  variables: ['LETTA_HOME', 'LETTA_LOCAL_BACKEND_DIR', 'LETTA_REQUEST_TIMEOUT_MS'],
  signIn: { variables: [], files: ['.letta/lc-local-backend/providers/auth.json'] },
  state: { folders: ['.letta'], variables: ['LETTA_HOME', 'LETTA_LOCAL_BACKEND_DIR'] },
  tellsToolResults: false,
  repeatsRequests: false,
  turns: async () => (await import('./turns.ts')).turns,
};
