import type { CliAgent } from '../cli-agent.ts';
import { opencodeAcp } from './acp.ts';

/** opencode, headless with `run --format json`. It chooses the id of a session itself. */
export const opencode: CliAgent = {
  id: 'opencode',
  name: 'opencode',
  executable: 'opencode',
  installHint: 'Install it with `npm install -g opencode-ai` and sign in with `opencode auth login`.',
  triedVersion: '1.18.33',
  // Not all of `OPENCODE_*`: those of a server or a session that runs already stay out.
  variables: [
    'OPENCODE_CONFIG',
    'OPENCODE_CONFIG_*',
    'OPENCODE_API_KEY',
    'OPENCODE_DB',
    'OPENCODE_DISABLE_*',
    'OPENCODE_ENABLE_*',
    'OPENCODE_EXPERIMENTAL*',
    'OPENCODE_MODELS_*',
    'ANTHROPIC_API_KEY',
    'OPENAI_API_KEY',
    'GEMINI_API_KEY',
    'GOOGLE_GENERATIVE_AI_API_KEY',
    'OPENROUTER_API_KEY',
    'GROQ_API_KEY',
    'MISTRAL_API_KEY',
  ],
  signIn: {
    variables: ['OPENCODE_API_KEY', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'],
    files: ['.local/share/opencode/auth.json', '.config/opencode/opencode.json'],
  },
  state: { folders: ['.config', '.local/share', '.local/state', '.cache'].map((folder) => `${folder}/opencode`) },
  acp: opencodeAcp('OPENCODE'),
  turns: async () => (await import('./turns.ts')).turns,
};
