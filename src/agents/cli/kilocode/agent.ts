import type { CliAgent } from '../cli-agent.ts';
import { opencodeAcp } from '../opencode/acp.ts';

/** Kilo Code, a fork of opencode: the same commands and lines under other names. */
export const kilocode: CliAgent = {
  id: 'kilocode',
  aliases: ['kilo'],
  name: 'Kilo Code',
  executable: 'kilocode',
  installHint: 'Install it with `npm install -g @kilocode/cli` and sign in with `kilocode auth login`.',
  triedVersion: '7.7.7',
  variables: [
    'KILO_CONFIG',
    'KILO_CONFIG_*',
    'KILO_API_KEY',
    'KILO_ORG_ID',
    'KILO_DB',
    'KILO_DISABLE_*',
    'KILO_ENABLE_*',
    'KILO_EXPERIMENTAL*',
    'KILO_MODELS_*',
    'KILO_SESSION_RETRY_LIMIT',
    'KILO_TELEMETRY_LEVEL',
    'ANTHROPIC_API_KEY',
    'OPENAI_API_KEY',
    'GEMINI_API_KEY',
    'GOOGLE_GENERATIVE_AI_API_KEY',
    'OPENROUTER_API_KEY',
    'GROQ_API_KEY',
    'MISTRAL_API_KEY',
  ],
  signIn: {
    variables: ['KILO_API_KEY', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'],
    files: ['.local/share/kilo/auth.json', '.config/kilo/kilo.json'],
  },
  state: { folders: ['.config', '.local/share', '.local/state', '.cache'].map((folder) => `${folder}/kilo`) },
  acp: opencodeAcp('KILO'),
  turns: async () => (await import('./turns.ts')).turns,
};
