import type { Git } from './git.ts';
import { readPatch, type AddedLine } from './patch.ts';
import type { StagedChange } from './stage.ts';
import { emptyTree } from './stage.ts';
import { noObject } from './commit-object.ts';

export interface ChangedFile {
  /** From the top of the repository. Bytes that are no UTF-8 are replaced. */
  readonly path: string;
  readonly change: 'created' | 'modified' | 'deleted';
}

/** Nothing of the user's configuration may change the form, and no program of theirs may be asked. */
const plainPatch = ['--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--no-relative'];

/** What a staged change changes. */
export async function changedFiles(git: Git, staged: StagedChange): Promise<readonly ChangedFile[]> {
  if (staged.isEmpty) return [];
  return changesBetween(git, staged.folder, await beforeOf(git, staged), staged.tree);
}

/** The files in which one commit or tree differs from another. */
export async function changesBetween(
  git: Git,
  folder: string,
  from: string,
  to: string,
): Promise<readonly ChangedFile[]> {
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-status', '--end-of-options', from, to];
  const words = (await git.text(args, { cwd: folder })).split('\0');
  const files: ChangedFile[] = [];
  for (let at = 0; at + 1 < words.length; at += 2)
    files.push({ path: words[at + 1] ?? '', change: changes[words[at] ?? ''] ?? 'modified' });
  return files;
}

/** Everything else (`M`, and `T` for what was a file and is a link) is a modification. */
const changes: Readonly<Record<string, ChangedFile['change']>> = { A: 'created', D: 'deleted' };

export interface AddedText {
  readonly lines: readonly AddedLine[];
  /** Where it was cut off, where it was: the last line that is told, or the first changed file. */
  readonly cut?: Pick<AddedLine, 'path' | 'line'>;
}

/**
 * The lines a staged change adds, with their numbers in the new file. Binary files are left out, and what lies beyond
 * `limit` bytes of the whole patch, in which files that are removed do not count.
 */
export async function addedText(
  git: Git,
  staged: StagedChange,
  { limit }: { readonly limit: number },
): Promise<AddedText> {
  if (staged.isEmpty) return { lines: [] };
  const before = await beforeOf(git, staged);
  // Raw as well, since paths stand there as they are, and in the patch quoted.
  const form = ['-z', '--patch-with-raw', '--unified=0', '--irreversible-delete', ...plainPatch];
  const patch = await git.bytes(['diff-tree', '-r', ...form, before, staged.tree], {
    cwd: staged.folder,
    limit: limit + 1,
  });
  const lines = readPatch(patch.subarray(0, limit));
  if (patch.length <= limit) return { lines };
  const first = (await changedFiles(git, staged)).find(({ change }) => change !== 'deleted');
  return { lines, cut: lines.at(-1) ?? { path: first?.path ?? '', line: 1 } };
}

/** How one commit or tree differs from another, as a patch of at most `limit` bytes; a note stands where it was cut. */
export async function diffText(
  git: Git,
  folder: string,
  from: string,
  to: string,
  { limit, paths = [] }: { readonly limit: number; readonly paths?: readonly string[] },
): Promise<string> {
  const args = ['diff-tree', '-r', '--patch', ...plainPatch, '--end-of-options', from, to, '--', ...paths];
  const bytes = await git.bytes(args, { cwd: folder, limit: limit + 1 });
  if (bytes.length <= limit) return bytes.toString('utf8');
  return `${bytes.subarray(0, limit).toString('utf8')}\n[... cut after ${limit} bytes ...]\n`;
}

async function beforeOf(git: Git, { folder, parent }: StagedChange): Promise<string> {
  return parent === noObject ? emptyTree(git, folder) : parent;
}
