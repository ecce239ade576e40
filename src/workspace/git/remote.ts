import { createHash, randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OrchestraError } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import { makeFolders } from '../../shared/make-folders.ts';
import { withoutPassword } from './git-failure.ts';
import { noHooks } from './git-environment.ts';
import type { Git, GitCall } from './git.ts';
import { contains } from './merge.ts';
import { writeRef } from './refs.ts';
import { resolveCommit } from './repository.ts';
import { signInOf } from './sign-in.ts';

const cloneTimeoutMs = 60 * 60_000;
const transferTimeoutMs = 15 * 60_000;
/** A remote that does not say in that time where a branch is will not take one either. */
const askTimeoutMs = 2 * 60_000;

/** A connection over which nothing comes any more ends long before its whole time is up. */
const stalls = { 'http.lowSpeedLimit': '1', 'http.lowSpeedTime': '120' } as const;

/**
 * Clones a repository, completely or not at all; one that is there already is left alone. A password in the address is not
 * written down in the clone.
 * @param request.depth how many commits of the past come along; 0 and undefined mean all
 * @throws OrchestraError GIT_REMOTE_FAILED
 */
export async function cloneRepository(
  git: Git,
  request: { readonly remote: string; readonly folder: string; readonly depth?: number },
): Promise<void> {
  const { folder, depth = 0 } = request;
  const { address, config, env } = signInOf(request.remote);
  // Beside its place: a clone that was broken off is then no repository that somebody finds.
  const beside = `${folder}.${randomUUID()}`;
  makeFolders(dirname(folder));
  // Of a repository on this machine, git would otherwise copy everything whatever the depth.
  const shallow = depth > 0 ? ['--depth', String(depth), '--no-local'] : [];
  const call = {
    cwd: dirname(folder),
    config: { ...stalls, ...config },
    env,
    guarded: true,
    timeoutMs: cloneTimeoutMs,
  };
  try {
    await reach(git, address, 'Nothing is cloned', ['clone', '--quiet', ...shallow, '--', address, beside], call);
    await moveUnlessThere(beside, folder);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** Another process may have been quicker. */
async function moveUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

/**
 * Fetches one branch of a remote into a ref of ours; the user's own refs stay as they are.
 * @returns the commit it is at; undefined where the remote has no such branch
 * @throws OrchestraError GIT_REMOTE_FAILED
 */
export async function fetchBranch(
  git: Git,
  request: { readonly repository: string; readonly remote: string; readonly branch: string; readonly into: string },
): Promise<string | undefined> {
  const { repository, branch, into } = request;
  const remote = reachable(request);
  if ((await branchAt(git, request, remote)) === undefined) return undefined;
  const refspec = `+refs/heads/${branch}:${into}`;
  const args = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--',
    remote.address,
    refspec,
  ];
  await reach(git, remote.address, 'Nothing is fetched', args, withoutHooks(remote.call));
  return resolveCommit(git, repository, into);
}

export interface Push {
  readonly repository: string;
  /** An address, or the name of a remote. */
  readonly remote: string;
  readonly branch: string;
  /**
   * It is a branch of ours: what we pushed to it before may be replaced (after a return to an earlier turn), and nothing
   * else. Of the branches of others nothing is ever replaced.
   */
  readonly isOwn?: boolean;
  /** `run` unless told. */
  readonly hooks?: 'run' | 'skip';
  /** For what is sent, and at most that for asking where the branch is; a quarter of an hour unless told. */
  readonly timeoutMs?: number;
}

/**
 * Pushes a branch to one of the same name; done again, it finds it there.
 * @throws OrchestraError GIT_REMOTE_FAILED, GIT_REMOTE_AHEAD
 */
export async function pushBranch(git: Git, push: Push): Promise<'pushed' | 'unchanged'> {
  const { repository, branch } = push;
  const ref = `refs/heads/${branch}`;
  const remote = reachable(push);
  const [ours, theirs] = await Promise.all([resolveCommit(git, repository, ref), branchAt(git, push, remote)]);
  if (ours === undefined) throw new OrchestraError('GIT_BRANCH_MOVED', `${repository} has no branch ${branch}.`);
  if (theirs !== ours) {
    const lease = await leaseOf(git, push, { ours, theirs });
    const args = [
      'push',
      '--quiet',
      '--no-follow-tags',
      '--recurse-submodules=no',
      ...lease,
      '--',
      remote.address,
      `${ref}:${ref}`,
    ];
    const call = push.hooks === 'skip' ? withoutHooks(remote.call) : remote.call;
    await reach(git, remote.address, stillHere(push), args, call);
    failpoint('git:pushed');
  }
  await writeRef(git, repository, pushedRef(push), ours);
  return theirs === ours ? 'unchanged' : 'pushed';
}

/** What allows the remote's branch to be replaced; nothing where ours leads on from it. */
async function leaseOf(
  git: Git,
  push: Push,
  { ours, theirs }: { readonly ours: string; readonly theirs: string | undefined },
): Promise<readonly string[]> {
  const { repository, remote, branch, isOwn = false } = push;
  if (theirs === undefined) return [];
  // A commit that is not here cannot be something ours leads on from.
  const known = await resolveCommit(git, repository, theirs);
  if (known !== undefined && (await contains(git, repository, ours, theirs))) return [];
  if (isOwn && (await resolveCommit(git, repository, pushedRef(push))) === theirs)
    return [`--force-with-lease=refs/heads/${branch}:${theirs}`];
  throw new OrchestraError(
    'GIT_REMOTE_AHEAD',
    `${branch} of ${signInOf(remote).address} has commits that did not come from here. ${stillHere(push)}.`,
    { details: { repository, branch, theirs } },
  );
}

function stillHere({ repository, branch }: Pick<Push, 'repository' | 'branch'>): string {
  return `The branch ${branch} is still in ${repository}`;
}

/** What a branch was when we pushed it last. Not every address can be part of a name. */
function pushedRef({ remote, branch }: Push): string {
  const { address } = signInOf(remote);
  return `refs/orchestra/pushed/${createHash('sha256').update(address).digest('hex').slice(0, 16)}/${branch}`;
}

/** Where a branch of the remote is. */
async function branchAt(
  git: Git,
  where: Pick<Push, 'repository' | 'branch'>,
  { address, call }: Reachable,
): Promise<string | undefined> {
  const ref = `refs/heads/${where.branch}`;
  const args = ['ls-remote', '--quiet', '--', address, ref];
  const timeoutMs = Math.min(call.timeoutMs, askTimeoutMs);
  const lines = await reach(git, address, stillHere(where), args, { ...withoutHooks(call), timeoutMs });
  // A pattern without a beginning: `refs/heads/a` also names `refs/x/refs/heads/a`.
  return lines
    .split('\n')
    .map((line) => line.split('\t'))
    .find(([, name]) => name === ref)?.[0];
}

/** A remote as git is told of it. */
interface Reachable {
  readonly address: string;
  readonly call: GitCall & Required<Pick<GitCall, 'config' | 'timeoutMs'>>;
}

function reachable({
  repository,
  remote,
  timeoutMs = transferTimeoutMs,
}: Pick<Push, 'repository' | 'remote' | 'timeoutMs'>): Reachable {
  const { address, config, env } = signInOf(remote);
  return { address, call: { cwd: repository, config: { ...stalls, ...config }, env, guarded: true, timeoutMs } };
}

function withoutHooks(call: GitCall): GitCall {
  return { ...call, config: { ...call.config, ...noHooks } };
}

/** Git beyond this machine. Whatever goes wrong there is said together with what that leaves us with. */
async function reach(git: Git, address: string, left: string, args: readonly string[], call: GitCall): Promise<string> {
  try {
    return await git.text(args, call);
  } catch (error) {
    if (!(error instanceof OrchestraError && error.code === 'GIT_FAILED')) throw error;
    const said = withoutPassword(String(error.details['stderr']).trim().replace(/\.$/, ''));
    throw new OrchestraError('GIT_REMOTE_FAILED', `${address} does not do what was asked: ${said}. ${left}.`, {
      details: error.details,
      cause: error,
    });
  }
}
