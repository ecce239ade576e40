import type { CliAgent } from '../cli-agent.ts';
import { copilotAcp } from './acp.ts';
import { sessionUuid } from '../session-uuid.ts';

/** GitHub Copilot CLI, headless with lines of JSON. A fresh session takes an id of ours, so a crash cannot lose it. */
export const copilot: CliAgent = {
  id: 'copilot',
  aliases: ['gh-copilot', 'github-copilot-cli'],
  name: 'GitHub Copilot CLI',
  executable: 'copilot',
  installHint: 'Install it with `npm install -g @github/copilot` and sign in with `copilot login`.',
  triedVersion: '1.0.102',
  // COPILOT_ALLOW_ALL stays out, which would undo `permissions`; so do tokens that are not for it alone.
  variables: [
    'COPILOT_CACHE_HOME',
    'COPILOT_GH_HOST',
    'COPILOT_GITHUB_TOKEN',
    'COPILOT_HOME',
    'COPILOT_MODEL',
    'COPILOT_OFFLINE',
    'COPILOT_PROVIDER_*',
    'COPILOT_PROVIDERS_CONFIG',
  ],
  signIn: { variables: ['COPILOT_GITHUB_TOKEN', 'COPILOT_PROVIDER_API_KEY'], files: [] },
  state: { folders: ['.copilot', '.cache/copilot'], variables: ['COPILOT_HOME', 'COPILOT_CACHE_HOME'] },
  reportsUsage: false,
  freshSessionId: sessionUuid,
  acp: copilotAcp,
  turns: async () => (await import('./turns.ts')).turns,
};
