import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositoryView, RunView } from '../../src/contract/run-view.ts';
import { newProject, type CliProject } from './cli.ts';

/** A project that is a git repository with commits, and the real git in it. */
export interface GitProject extends CliProject {
  /** Output of a git command in the project, without its last newline. */
  git(...args: readonly string[]): string;
  /** Writes the files and commits them. */
  commit(message: string, files: Readonly<Record<string, string>>): string;
  /** The view of the newest run. */
  shown(run?: string): Promise<RunView>;
  /** What the newest run has in its only repository. */
  repository(run?: string): Promise<RepositoryView>;
  /** A digest of everything in the user's checkout: files with modes, the index, HEAD and the branches they have. */
  checkout(): string;
}

/** @param files of its first commit */
export function newGitProject(files: Readonly<Record<string, string>> = { 'README.md': '# Project\n' }): GitProject {
  const project = newProject();
  project.write('../home/.gitconfig', '[user]\n\tname = Ann Other\n\temail = ann@example.org\n');
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: project.folder, env: project.environment, encoding: 'utf8' }).replace(/\n$/, '');
  const commit = (message: string, content: Readonly<Record<string, string>>): string => {
    for (const [path, text] of Object.entries(content)) project.write(path, text);
    git('add', '--', ...Object.keys(content));
    git('commit', '--quiet', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  const shown = async (run = 'last'): Promise<RunView> =>
    (await project.run(['show', run, '--json'])).document<RunView & Record<string, never>>();
  git('init', '--quiet', '--initial-branch=main');
  commit('Begin', files);
  return {
    ...project,
    git,
    commit,
    shown,
    async repository(run) {
      const [repository] = (await shown(run)).workspace?.repos ?? [];
      if (!repository) throw new Error('the run works in no repository');
      return repository;
    },
    checkout: () => digestOf(project.folder, git),
  };
}

function digestOf(folder: string, git: GitProject['git']): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (/^\.(?:git|orchestra)(?:\/|$)/.test(name)) continue;
    const path = join(folder, name);
    const { mode } = lstatSync(path);
    hash.update(`${name}\0${mode}\0`);
    if (lstatSync(path).isFile()) hash.update(readFileSync(path));
    if (lstatSync(path).isSymbolicLink()) hash.update(readlinkSync(path));
  }
  hash.update(git('ls-files', '--stage'));
  hash.update(git('status', '--porcelain=v2', '--branch', '--untracked-files=all', '--', '.', ':!.orchestra'));
  const refs = git('for-each-ref', '--format=%(refname) %(objectname)').split('\n');
  hash.update(refs.filter((ref) => !/^refs\/(?:heads\/|remotes\/origin\/)?orchestra\//.test(ref)).join('\n'));
  return hash.digest('hex');
}
