import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { kindOf } from './paths.ts';

/**
 * What Git keeps of a working folder: `.git` in it, and, where that only points elsewhere (worktrees, submodules), the
 * folders it points to. Empty where there is none.
 */
export async function gitFolders(cwd: string): Promise<readonly string[]> {
  const entry = join(cwd, '.git');
  const kind = await kindOf(entry);
  if (kind === undefined) return [];
  if (kind !== 'file') return [entry];
  const pointed = /^gitdir: (.+)$/m.exec(await readFile(entry, 'utf8'))?.[1];
  if (pointed === undefined) return [entry];
  const own = resolve(cwd, pointed);
  const common = await readFile(join(own, 'commondir'), 'utf8').catch(() => undefined); // only worktrees have it
  return [entry, ...(common === undefined ? [] : [resolve(own, common.trim())]), own];
}
