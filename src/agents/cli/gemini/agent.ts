import type { CliAgent } from '../cli-agent.ts';
import { geminiAcp } from './acp.ts';
import { sessionUuid } from '../session-uuid.ts';

/** Gemini CLI, headless with stream-json. A fresh session takes an id of ours, so a crash cannot lose it. */
export const gemini: CliAgent = {
  id: 'gemini',
  aliases: ['gemini-cli'],
  name: 'Gemini CLI',
  provider: 'google',
  executable: 'gemini',
  installHint: 'Install it with `npm install -g @google/gemini-cli` and sign in with `gemini`.',
  triedVersion: '0.61.0',
  // Those of a running session (GEMINI_CLI, GEMINI_CLI_IDE_* ...) stay out.
  variables: [
    'GEMINI_API_KEY',
    'GEMINI_API_KEY_AUTH_MECHANISM',
    'GEMINI_CLI_CUSTOM_HEADERS',
    'GEMINI_CLI_HOME',
    'GEMINI_CLI_SYSTEM_*',
    'GEMINI_CLI_USE_COMPUTE_ADC',
    'GEMINI_DEFAULT_AUTH_TYPE',
    'GEMINI_MODEL',
    'GEMINI_SANDBOX',
    'GEMINI_SYSTEM_MD',
    'GOOGLE_API_KEY',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'GOOGLE_CLOUD_*',
    'GOOGLE_GEMINI_BASE_URL',
    'GOOGLE_GENAI_*',
    'GOOGLE_VERTEX_BASE_URL',
  ],
  signIn: {
    variables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_APPLICATION_CREDENTIALS'],
    files: ['.gemini/oauth_creds.json', '.gemini/gemini-credentials.json'],
  },
  state: { folders: ['.gemini'], variables: ['GEMINI_CLI_HOME'] },
  freshSessionId: sessionUuid,
  acp: geminiAcp,
  turns: async () => (await import('./turns.ts')).turns,
};
