import type { Git } from './git.ts';

export interface Ref {
  readonly name: string;
  readonly commit: string;
}

/** @param prefix a whole part of their names, `refs/orchestra/` */
export async function refsBelow(git: Git, folder: string, prefix: string): Promise<readonly Ref[]> {
  const text = await git.text(['for-each-ref', '--format=%(objectname) %(refname)', prefix], { cwd: folder });
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ commit: line.slice(0, line.indexOf(' ')), name: line.slice(line.indexOf(' ') + 1) }));
}

/** Deletes all refs below a prefix that still are what they are now. */
export async function deleteRefsBelow(git: Git, folder: string, prefix: string): Promise<void> {
  for (const { name, commit } of await refsBelow(git, folder, prefix))
    await git.text(['update-ref', '-d', name, commit], { cwd: folder });
}
