import { OrchestraError } from '../../shared/errors.ts';
import type { Git } from './git.ts';

/** In whose name a commit is made. */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

export interface CommitSettings {
  readonly message: string;
  /** The user's identity unless told; the committer is the user, where their configuration names them. */
  readonly author?: Identity;
  /** `run`: the user's commit hooks are asked, and may refuse or change what is committed. */
  readonly hooks: 'run' | 'skip';
  /** `keep`: signed where the user's configuration says that commits are. */
  readonly signing: 'keep' | 'off';
}

/** In whose name we keep things that are no commits of anybody's. */
export const ourselves: Identity = { name: 'Orchestra', email: 'orchestra@localhost' };

export interface NewCommit {
  readonly folder: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** The user's identity unless told. */
  readonly author?: Identity | undefined;
  /** `keep`: signed where the user's configuration says that commits are. */
  readonly signing: 'keep' | 'off';
  /** Of author and committer, as git writes it. The same commit made again is the same then. Now unless told. */
  readonly date?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** Git's word for no object at all: the parent of a first commit. */
export const noObject = '0'.repeat(40);

/**
 * Puts a commit into the object database; no branch moves.
 * @throws OrchestraError GIT_IDENTITY_MISSING where neither the caller nor the user's configuration names anybody
 */
export async function createCommit(git: Git, commit: NewCommit): Promise<string> {
  const signs = await isSigned(git, commit);
  const parents = commit.parents.filter((parent) => parent !== noObject).flatMap((parent) => ['-p', parent]);
  const args = ['commit-tree', ...(signs ? ['-S'] : ['--no-gpg-sign']), ...parents, '-F', '-', commit.tree];
  const date = commit.date && { GIT_AUTHOR_DATE: commit.date, GIT_COMMITTER_DATE: commit.date };
  return asSomebody(commit.author, (env) =>
    git.text(args, {
      cwd: commit.folder,
      input: commit.message.endsWith('\n') ? commit.message : `${commit.message}\n`,
      env: { ...env, ...date },
      ...(commit.config && { config: commit.config }),
    }),
  );
}

/** Whether the commit would be signed. `git commit` follows the user's setting by itself, `git commit-tree` does not. */
export async function isSigned(git: Git, { folder, signing }: Pick<NewCommit, 'folder' | 'signing'>): Promise<boolean> {
  return signing === 'keep' && (await git.setting(folder, 'commit.gpgSign', 'bool')) === 'true';
}

/**
 * Commits with the given author and the user as committer; an author stands in for a committer whom the configuration
 * does not name.
 */
export async function asSomebody<T>(
  author: Identity | undefined,
  commit: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (!author) return commit({});
  const asAuthor = { GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email };
  try {
    return await commit(asAuthor);
  } catch (error) {
    if (!(error instanceof OrchestraError && error.code === 'GIT_IDENTITY_MISSING')) throw error;
    return commit({ ...asAuthor, GIT_COMMITTER_NAME: author.name, GIT_COMMITTER_EMAIL: author.email });
  }
}
