import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { failpoint } from '../../shared/failpoint.ts';
import { noObject } from './commit-object.ts';
import { gitFailure } from './git-failure.ts';
import type { Git } from './git.ts';
import { readHead } from './head-file.ts';
import { resolveCommit } from './repository.ts';

/** What lies in the index of a folder, ready to be committed. */
export interface StagedChange {
  readonly folder: string;
  /** What HEAD was; `noObject` where there is no commit yet. */
  readonly parent: string;
  readonly tree: string;
  /** Nothing differs from the parent. */
  readonly isEmpty: boolean;
}

/** A whole tree of 50,000 files takes seconds, one with many new large files minutes. */
const stagingTimeoutMs = 10 * 60_000;

/**
 * Stages what changed and is not ignored.
 * @param change.paths only these, relative to the folder: then the cost depends on them, not on the size of the tree. A
 *   path that is gone stages its removal, and one that was never there stages nothing
 */
export async function stageChanges(
  git: Git,
  change: { readonly folder: string; readonly paths?: readonly string[] },
): Promise<StagedChange> {
  const { folder, paths } = change;
  const staging = paths === undefined ? addAll(git, folder) : addSome(git, folder, paths);
  const [early] = await Promise.all([parentOf(git, folder), staging]);
  failpoint('git:staged');
  const tree = await git.text(['write-tree'], { cwd: folder });
  // Another git was waited for, maybe, and has committed.
  const before = (await readHead(folder)) === early.commit ? early : await parentOf(git, folder);
  return { folder, parent: before.commit, tree, isEmpty: tree === before.tree };
}

/** Makes the index that of HEAD again; the files stay as they are. */
export async function unstage(git: Git, folder: string): Promise<void> {
  const { commit } = await parentOf(git, folder);
  const args = commit === noObject ? ['read-tree', '--empty'] : ['reset', '--mixed', '--quiet'];
  await git.text(args, { cwd: folder });
}

interface Parent {
  readonly commit: string;
  readonly tree: string;
}

async function parentOf(git: Git, folder: string): Promise<Parent> {
  const commit = (await readHead(folder)) ?? (await resolveCommit(git, folder, 'HEAD'));
  if (commit === undefined) return { commit: noObject, tree: await emptyTree(git, folder) };
  return { commit, tree: await treeOf(git, folder, commit) };
}

/** A commit has one tree for ever. */
export function treeOf(git: Git, folder: string, commit: string): Promise<string> {
  return git.known(`tree ${commit}`, () => git.text(['rev-parse', `${commit}^{tree}`], { cwd: folder }));
}

/** Its name depends on the hash the repository uses. */
export function emptyTree(git: Git, folder: string): Promise<string> {
  return git.text(['hash-object', '-t', 'tree', '--stdin'], { cwd: folder, input: '' });
}

async function addAll(git: Git, folder: string): Promise<void> {
  await git.text(['add', '--all', '--sparse'], { cwd: folder, timeoutMs: stagingTimeoutMs });
}

async function addSome(git: Git, folder: string, paths: readonly string[]): Promise<void> {
  const there = await Promise.all(paths.map((path) => isThere(join(folder, path))));
  // `git add` gives up at a path that neither it nor the disk knows; `update-index` does not mind.
  await removeThese(
    git,
    folder,
    paths.filter((_, index) => there[index] !== true),
  );
  await addThese(
    git,
    folder,
    paths.filter((_, index) => there[index] === true),
  );
}

async function addThese(git: Git, folder: string, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const args = ['add', '--all', '--sparse', '--pathspec-from-file=-', '--pathspec-file-nul'];
  const exit = await git.run(args, { cwd: folder, input: listOf(paths), timeoutMs: stagingTimeoutMs });
  // It stages the others, then objects to being asked for ignored ones.
  const onlyIgnored = exit.exitCode === 1 && exit.stderr.startsWith('The following paths are ignored');
  if (exit.exitCode !== 0 && !onlyIgnored) throw gitFailure(args, folder, exit);
}

async function removeThese(git: Git, folder: string, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await git.text(['update-index', '--remove', '-z', '--stdin'], { cwd: folder, input: listOf(paths) });
}

function listOf(paths: readonly string[]): string {
  return paths.map((path) => `${path}\0`).join('');
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false, // gone, or below something that is no folder any more
  );
}
