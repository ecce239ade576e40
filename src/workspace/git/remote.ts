import type { Git } from './git.ts';
export async function cloneRepository(
  _git: Git,
  _request: { readonly remote: string; readonly folder: string; readonly depth?: number },
): Promise<void> {
  throw new Error('not yet');
}
