import type { CliAgent } from '../cli-agent.ts';
import { codexAcp } from './acp.ts';

/** Codex, headless with `exec --json`. It chooses the id of a session (it says thread) itself. */
export const codex: CliAgent = {
  id: 'codex',
  name: 'Codex',
  provider: 'openai',
  executable: 'codex',
  installHint: 'Install it with `npm install -g @openai/codex` and sign in with `codex login`.',
  triedVersion: '0.169.0',
  variables: ['OPENAI_*', 'CODEX_HOME', 'CODEX_API_KEY', 'CODEX_CA_CERTIFICATE'],
  signIn: { variables: ['CODEX_API_KEY', 'OPENAI_API_KEY'], files: ['.codex/auth.json'] },
  state: { folders: ['.codex'], variables: ['CODEX_HOME'] },
  acp: codexAcp,
  turns: async () => (await import('./turns.ts')).turns,
};
