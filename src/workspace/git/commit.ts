import { OrchestraError } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import { commitThroughHooks } from './commit-hooks.ts';
import { createCommit, noObject, type CommitSettings } from './commit-object.ts';
import { gitFailure, type GitExit } from './git-failure.ts';
import { noHooks } from './git-environment.ts';
import type { Git } from './git.ts';
import { hasCommitHooks } from './hooks.ts';
import { resolveCommit } from './repository.ts';
import type { StagedChange } from './stage.ts';

/**
 * Commits what is staged to the branch its folder is on. Done again for the same change, it finds the commit.
 * @throws OrchestraError GIT_HOOK_REFUSED, GIT_IDENTITY_MISSING, GIT_BRANCH_MOVED
 */
export async function commitStaged(git: Git, staged: StagedChange, settings: CommitSettings): Promise<string> {
  const { folder, tree, parent } = staged;
  if (settings.hooks === 'run' && (await hasCommitHooks(git, folder)))
    return (await commitThere(git, staged, settings.message)) ?? commitThroughHooks(git, staged, settings);
  const config = settings.hooks === 'skip' ? noHooks : {};
  const making = createCommit(git, { ...settings, folder, tree, parents: [parent], config });
  const why = `commit: ${subjectOf(settings.message)}`;
  // The two are started together: on a small repository starting them is what takes the time.
  const moving = tryMoveHead(git, { folder, from: parent, to: making, why, config });
  const [commit, moved] = await Promise.all([making, moving]);
  if (moved.exitCode === 0) {
    void git.known(`tree ${commit}`, () => Promise.resolve(tree));
    return commit;
  }
  // Made before, at another second: only the date tells the two apart.
  const there = await commitThere(git, staged, settings.message);
  if (there === undefined) throw gitFailure(moved.args, folder, moved);
  return there;
}

/** Undefined where HEAD is still the parent. */
async function commitThere(git: Git, staged: StagedChange, message: string): Promise<string | undefined> {
  const { folder, parent, tree } = staged;
  const head = await resolveCommit(git, folder, 'HEAD');
  if ((head ?? noObject) === parent || head === undefined) return undefined;
  const facts = await git.text(['rev-list', '--no-walk=unsorted', '--no-commit-header', '--format=%P%n%T%n%B', head], {
    cwd: folder,
  });
  const [parents, itsTree] = facts.split('\n', 2);
  const expected = parent === noObject ? '' : parent;
  if (parents === expected && itsTree === tree && facts.endsWith(`\n${message.trimEnd()}\n`)) return head;
  throw movedError(folder, parent, head);
}

interface HeadMove {
  readonly folder: string;
  readonly from: string;
  readonly to: string | Promise<string>;
  /** For the reflog. */
  readonly why: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** Moves HEAD, and the branch it is on, unless it is elsewhere by now. @throws OrchestraError GIT_BRANCH_MOVED */
export async function moveHead(git: Git, move: HeadMove & { readonly to: string }): Promise<void> {
  const { folder, from, to } = move;
  const exit = await tryMoveHead(git, move);
  if (exit.exitCode === 0) return;
  const head = await resolveCommit(git, folder, 'HEAD');
  if (head === to) return;
  throw head === from ? gitFailure(exit.args, folder, exit) : movedError(folder, from, head ?? 'no commit');
}

async function tryMoveHead(git: Git, move: HeadMove): Promise<GitExit & { readonly args: readonly string[] }> {
  const { folder, why, config = noHooks } = move;
  const args = ['update-ref', '--create-reflog', '-m', why, '--stdin'];
  const exit = await git.run(args, { cwd: folder, config, input: commandOf(move) });
  failpoint('git:branch-moved');
  return { ...exit, args };
}

async function commandOf({ from, to }: HeadMove): Promise<string> {
  const commit = await to;
  failpoint('git:commit-made');
  return `update HEAD ${commit} ${from}\n`;
}

export function movedError(folder: string, expected: string, found: string): OrchestraError {
  return new OrchestraError('GIT_BRANCH_MOVED', `HEAD of ${folder} is at ${found}, not at ${expected}.`, {
    details: { folder, expected, found },
  });
}

export function subjectOf(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}
