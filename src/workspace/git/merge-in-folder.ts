import { readFile, rm, writeFile } from 'node:fs/promises';
import { OrchestraError } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import { moveHead, subjectOf } from './commit.ts';
import { createCommit, type Identity, type NewCommit } from './commit-object.ts';
import { noHooks } from './git-environment.ts';
import type { Git } from './git.ts';
import { contains } from './merge.ts';
import { mergeTrees, pathsOf, type MergedTrees } from './merge-trees.ts';
import { moveFiles } from './move-files.ts';
import { entriesOnDisk, inFolder } from './on-disk.ts';
import { deleteRef, writeRef } from './refs.ts';
import { commitAt, gitPath, isDirty, resolveCommit } from './repository.ts';
import { indexInfo, readTree, splitAtNul } from './tree-entry.ts';

/** Of a worktree alone: what is being merged into it, from before its files change until the merge is over. */
const mergeMark = 'refs/worktree/orchestra/merge';

/**
 * Lays a merge out in a folder without changes of its own, as `git merge --no-commit` does: files with conflict markers, the
 * sides of each in the index, and git knowing of the merge. Gives the paths in conflict.
 * @throws OrchestraError GIT_CHANGES_IN_THE_WAY where the folder has changes
 */
export async function startMerge(
  git: Git,
  { folder, theirs }: { readonly folder: string; readonly theirs: string },
): Promise<readonly string[]> {
  const head = await commitAt(git, folder, 'HEAD');
  if (await contains(git, folder, head, theirs)) return [];
  const merged = await mergeTrees(git, folder, head, theirs);
  const paths = pathsOf(merged.conflicts).map((path) => path.toString('utf8'));
  if ((await mergeHead(git, folder)) === theirs) return paths;
  if ((await resolveCommit(git, folder, mergeMark)) !== theirs) {
    if (await isDirty(git, folder))
      throw new OrchestraError('GIT_CHANGES_IN_THE_WAY', `${folder} has changes that are not committed.`);
    await writeRef(git, folder, mergeMark, theirs);
  }
  await layOut(git, folder, head, merged);
  failpoint('git:conflict-laid-out');
  await writeFile(await gitPath(git, folder, 'MERGE_MSG'), `Merge commit '${theirs}'\n`);
  await writeFile(await gitPath(git, folder, 'MERGE_MODE'), 'no-ff');
  await writeFile(await gitPath(git, folder, 'MERGE_HEAD'), `${theirs}\n`);
  return paths;
}

async function layOut(git: Git, folder: string, head: string, merged: MergedTrees): Promise<void> {
  const paths = pathsOf(merged.conflicts);
  // Broken off before, the index may have the sides already, and git moves no files then.
  if ((await unmergedPaths(git, folder)).length === 0) await moveFiles(git, { folder, from: head, to: merged.tree });
  const none = paths.map((path) => ({ mode: '0', id: '0'.repeat(merged.tree.length), path }));
  const input = indexInfo([...none, ...merged.conflicts]);
  if (paths.length > 0) await git.text(['update-index', '-z', '--index-info'], { cwd: folder, input });
}

/**
 * Commits the merge of a folder, whatever has been staged of it or not, and every other change there.
 * @throws OrchestraError GIT_UNMERGED while a file in conflict is untouched or has markers, and where the merge was given up
 */
export async function concludeMerge(
  git: Git,
  merge: {
    readonly folder: string;
    readonly message: string;
    readonly author?: Identity;
    readonly signing: NewCommit['signing'];
  },
): Promise<string> {
  const { folder, message, author, signing } = merge;
  const [head, theirs] = await Promise.all([commitAt(git, folder, 'HEAD'), mergeHead(git, folder)]);
  if (theirs === undefined) return concluded(git, folder, head);
  if (await contains(git, folder, head, theirs)) {
    await forgetMerge(git, folder);
    return head;
  }
  await refuseUnresolved(git, folder, head, theirs);
  await git.text(['add', '--all', '--sparse'], { cwd: folder, timeoutMs: 10 * 60_000 });
  const tree = await git.text(['write-tree'], { cwd: folder });
  const commit = await createCommit(git, { folder, tree, parents: [head, theirs], message, author, signing });
  await moveHead(git, { folder, from: head, to: commit, why: `commit (merge): ${subjectOf(message)}` });
  failpoint('git:merge-committed');
  await forgetMerge(git, folder);
  return commit;
}

/** Git knows of no merge: it was concluded before, by us or by whoever resolved it, or somebody gave it up. */
async function concluded(git: Git, folder: string, head: string): Promise<string> {
  const theirs = await resolveCommit(git, folder, mergeMark);
  if (theirs !== undefined && !(await contains(git, folder, head, theirs)))
    throw new OrchestraError('GIT_UNMERGED', `The merge in ${folder} was given up.`, { details: { folder } });
  await forgetMerge(git, folder);
  return head;
}

async function refuseUnresolved(git: Git, folder: string, head: string, theirs: string): Promise<void> {
  const { tree, conflicts } = await mergeTrees(git, folder, head, theirs);
  const paths = pathsOf(conflicts);
  const unmerged = keysOf(await unmergedPaths(git, folder));
  const untouched = keysOf(await untouchedOf(git, folder, tree, paths));
  const open: string[] = [];
  for (const path of paths) {
    const key = path.toString('latin1');
    if ((unmerged.has(key) && untouched.has(key)) || (await hasMarkers(folder, path))) open.push(path.toString('utf8'));
  }
  if (open.length === 0) return;
  throw new OrchestraError('GIT_UNMERGED', `Still in conflict in ${folder}: ${open.join(', ')}`, {
    details: { folder, paths: open },
  });
}

/** Those that are as the merge left them: sides that are no text, or of which one is removed, have no markers. */
async function untouchedOf(
  git: Git,
  folder: string,
  tree: string,
  paths: readonly Buffer[],
): Promise<readonly Buffer[]> {
  const wanted = keysOf(paths);
  const files = readTree(await git.bytes(['ls-tree', '-r', '-z', '--full-tree', tree], { cwd: folder }));
  const same = await entriesOnDisk(
    git,
    folder,
    files.filter(({ path }) => wanted.has(path.toString('latin1'))),
  );
  return same.map(({ path }) => path);
}

/** Bytes as keys of a set. */
function keysOf(paths: readonly Buffer[]): ReadonlySet<string> {
  return new Set(paths.map((path) => path.toString('latin1')));
}

/** Gives a merge up, and whatever was done to resolve it: the files are those of HEAD again. */
export async function abortMerge(git: Git, folder: string): Promise<void> {
  await git.text(['reset', '--hard', '--quiet', 'HEAD'], { cwd: folder, config: noHooks });
  await forgetMerge(git, folder);
}

/** Takes away what says that a merge goes on. */
export async function forgetMerge(git: Git, folder: string): Promise<void> {
  for (const name of ['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG', 'AUTO_MERGE'])
    await rm(await gitPath(git, folder, name), { force: true });
  await deleteRef(git, folder, mergeMark);
}

function mergeHead(git: Git, folder: string): Promise<string | undefined> {
  return resolveCommit(git, folder, 'MERGE_HEAD');
}

async function unmergedPaths(git: Git, folder: string): Promise<readonly Buffer[]> {
  const output = await git.bytes(['ls-files', '--unmerged', '-z'], { cwd: folder });
  return splitAtNul(output).map((line) => line.subarray(line.indexOf('\t') + 1));
}

async function hasMarkers(folder: string, path: Buffer): Promise<boolean> {
  const text = await readFile(inFolder(folder, path), 'latin1').catch(() => ''); // removed
  return /^(?:<{7}|>{7}) /m.test(text);
}
