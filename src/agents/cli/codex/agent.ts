import type { CliAgent } from '../cli-agent.ts';
import { codexAcp } from './acp.ts';
import { codexCommandLine } from './command-line.ts';
import { CodexTranscript } from './event-parser.ts';
import { spentInThread } from './rollout.ts';

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
  sampleLine: '{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"sample"}}',
  commandLine: codexCommandLine,
  spentBefore: spentInThread,
  transcript: (context) => new CodexTranscript(context),
};
