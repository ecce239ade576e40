import { join } from 'node:path';
import type { RunView } from '../../src/contract/run-view.ts';
import { remotePath } from './bare-remote.ts';
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
    commits: log.split('\n').map(withCountedParents).toSorted(),
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
