import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { remotePath } from './bare-remote.ts';
import type { GitProject } from './git-project.ts';

/**
 * Whatever runs that have ended well must not leave in a repository: changes in a folder of theirs, folders of branches and merges,
 * locks, refs other than those that are kept on purpose, anything git finds broken, and processes.
 */
export function leftBehind(project: GitProject): readonly string[] {
  const { folder } = project;
  const folders = project.git('worktree', 'list', '--porcelain').match(/(?<=^worktree ).*/gm) ?? [];
  const own = folders.filter((path) => path !== folder);
  return [
    ...own.filter((path) => !path.endsWith('/main/project')).map((path) => `a worktree ${path}`),
    ...own.flatMap((path) => changesIn(project, path)),
    ...foldersOfRuns(folder).map((path) => `a folder ${path}`),
    ...lines(project.git('for-each-ref', '--format=%(refname)', 'refs/orchestra', 'refs/worktree'))
      .filter((ref) => !/^refs\/orchestra\/(?:pushed|.+\/returned)\//.test(ref))
      .map((ref) => `a ref ${ref}`),
    ...[join(folder, '.git'), join(folder, remotePath)].flatMap(unfinishedIn).map((path) => `a file ${path}`),
    ...lines(project.git('fsck', '--no-dangling', '--no-progress')).map((line) => `git fsck: ${line}`),
    ...project.leftRunning().map((pid) => `a process ${pid}`),
  ];
}

function changesIn(project: GitProject, path: string): readonly string[] {
  const changes = project.git('-C', path, 'status', '--porcelain', '--untracked-files=all');
  return lines(changes).map((line) => `a change ${line} in ${path}`);
}

/** A run keeps the folder of its own branch, and no other. */
function foldersOfRuns(folder: string): readonly string[] {
  const worktrees = join(folder, '.orchestra/worktrees');
  const runs = existsSync(worktrees) ? readdirSync(worktrees) : [];
  return runs.flatMap((run) =>
    readdirSync(join(worktrees, run))
      .filter((name) => name !== 'main')
      .map((name) => join(worktrees, run, name)),
  );
}

/** Locks, and what git and we write while something goes on. */
function unfinishedIn(repository: string): readonly string[] {
  if (!existsSync(repository)) return [];
  const names = readdirSync(repository, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.lock$|(?:^|\/)(?:MERGE_HEAD|AUTO_MERGE|orchestra-index.*)$/.test(name));
}

function lines(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}
