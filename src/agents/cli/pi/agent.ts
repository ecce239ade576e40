import type { CliAgent } from '../cli-agent.ts';
import { sessionUuid } from '../session-uuid.ts';

/** pi, headless with `--mode json`. A fresh session takes an id of ours, so a crash cannot lose it. */
export const pi: CliAgent = {
  id: 'pi',
  name: 'pi',
  executable: 'pi',
  installHint: 'Install it with `npm install -g @earendil-works/pi-coding-agent` and give it a key of a provider.',
  triedVersion: '0.87.1',
  variables: [
    'PI_CODING_AGENT_DIR',
    'PI_CACHE_RETENTION',
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_OAUTH_TOKEN',
    'OPENAI_API_KEY',
    'GEMINI_API_KEY',
    'OPENROUTER_API_KEY',
    'GROQ_API_KEY',
    'MISTRAL_API_KEY',
  ],
  signIn: {
    variables: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'],
    files: ['.pi/agent/auth.json', '.pi/agent/models.json'],
  },
  state: { folders: ['.pi'], variables: ['PI_CODING_AGENT_DIR'] },
  freshSessionId: sessionUuid,
  turns: async () => (await import('./turns.ts')).turns,
};
