import type { CliAgent } from '../cli-agent.ts';
import { augmentAcp } from './acp.ts';

/** Auggie of Augment Code, headless with `--print`. It chooses the id of a session itself, and tells it at the end. */
export const augment: CliAgent = {
  id: 'augment',
  aliases: ['auggie'],
  name: 'Auggie',
  executable: 'auggie',
  installHint: 'Install it with `npm install -g @augmentcode/auggie` and sign in with `auggie login`.',
  triedVersion: '0.36.0',
  variables: ['AUGMENT_SESSION_AUTH', 'GITHUB_API_TOKEN'],
  signIn: { variables: ['AUGMENT_SESSION_AUTH'], files: ['.augment/session.json'] },
  state: { folders: ['.augment'] },
  reportsUsage: false,
  tellsOnlyItsEnd: true,
  acp: augmentAcp,
  turns: async () => (await import('./turns.ts')).turns,
};
