import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView } from '../../src/contract/run-view.ts';
import type { GitProject } from './git-project.ts';

/** What a run has come to in its repository: equal for two runs of the same work, whatever happened to them on their way. */
export interface WorkspaceEnd {
  readonly visited: RunView['visited'];
  readonly context: RunView['context'];
  readonly files: string;
  /** Each commit of the run: its words, its files by their tree, how many parents it has, and whose work of which turn it is. */
  readonly commits: readonly string[];
  readonly branches: readonly { readonly node: string; readonly merged: boolean }[];
  /** Branches, without the run in their names, that stand at the remote where they stand here. */
  readonly pushed: readonly string[];
}

const commitFacts = ['Orchestra-Node', 'Orchestra-Turn']
  .map((key) => `%x09%(trailers:key=${key},valueonly,separator=)`)
  .join('');

/** Names of commits differ with their time, names of trees do not. */
function withCountedParents(line: string): string {
  const [parents = '', ...facts] = line.split('\t');
  return [...facts, `${parents.split(' ').length} parents`].join('\t');
}

export async function workspaceEnd(project: GitProject, run?: string): Promise<WorkspaceEnd> {
  const { visited, context, workspace } = await project.shown(run);
  const [repository] = workspace?.repos ?? [];
  if (!repository) throw new Error('the run works in no repository');
  const { base, branch, branches } = repository;
  const log = project.git('log', `--format=%p%x09%T%x09%s${commitFacts}`, `${base}..${branch}`);
  return {
    visited,
    context,
    files: project.git('ls-tree', '-r', branch),
    commits: lines(log).map(withCountedParents).toSorted(),
    branches: branches.map(({ node, merged }) => ({ node, merged })).toSorted((a, b) => (a.node < b.node ? -1 : 1)),
    pushed: pushedBranches(project, branch.replace(/main$/, '')),
  };
}

function pushedBranches(project: GitProject, prefix: string): readonly string[] {
  if (!project.has(remotePath)) return [];
  const here = new Set(branchesOf(project, project.folder, prefix));
  const there = branchesOf(project, join(project.folder, remotePath), prefix);
  return there.filter((line) => here.has(line)).map((line) => line.split(' ')[0]!.slice(prefix.length));
}

function branchesOf(project: GitProject, repository: string, prefix: string): readonly string[] {
  const format = '--format=%(refname:short) %(objectname)';
  return project.git('-C', repository, 'for-each-ref', format, `refs/heads/${prefix}`).split('\n');
}

const remotePath = '../remote.git';

/**
 * Gives a project a bare repository beside it as its remote `origin`, to which runs push all their branches; names its folder.
 * @param prefix begins the names of branches
 */
export function addRemote(
  project: GitProject,
  push: 'on_completion' | 'on_checkpoint' = 'on_completion',
  prefix = 'orchestra/',
): string {
  project.git('init', '--quiet', '--bare', remotePath);
  project.git('remote', 'add', 'origin', remotePath);
  const repository = { path: '.', remote: 'origin', push, push_branches: true, branch_prefix: prefix };
  project.write('orchestra.yaml', { workspace: { repos: { project: repository } } });
  return join(project.folder, remotePath);
}

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
