import type { CliAgent } from '../cli-agent.ts';

/**
 * Cursor's command line, headless with stream-json. It comes from no registry and asks its maker's service alone, so it
 * was never tried: all of this follows its documentation and what others published of its output.
 */
export const cursor: CliAgent = {
  id: 'cursor',
  aliases: ['cursor-agent'],
  name: 'Cursor',
  executable: 'cursor-agent',
  installHint: 'Install it with `curl https://cursor.com/install -fsS | bash` and sign in with `cursor-agent login`.',
  variables: ['CURSOR_API_KEY', 'CURSOR_CONFIG_DIR'],
  signIn: { variables: ['CURSOR_API_KEY'], files: ['.config/cursor/auth.json', '.cursor/auth.json'] },
  state: { folders: ['.cursor', '.config/cursor'], variables: ['CURSOR_CONFIG_DIR'] },
  turns: async () => (await import('./turns.ts')).turns,
};
