import { OrchestraError } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import { commitThroughHooks } from './commit-hooks.ts';
import { createCommit, noObject, type Identity } from './commit-object.ts';
import { gitFailure } from './git-failure.ts';
import { noHooks, type Git } from './git.ts';
import { hasCommitHooks } from './hooks.ts';
import { resolveCommit } from './repository.ts';
import type { StagedChange } from './stage.ts';

export interface CommitSettings {
  readonly message: string;
  /** The user's identity unless told; the committer is the user, where their configuration names them. */
  readonly author?: Identity;
  /** `run`: the user's commit hooks are asked, and may refuse or change what is committed. */
  readonly hooks: 'run' | 'skip';
  /** `keep`: signed where the user's configuration says that commits are. */
  readonly signing: 'keep' | 'off';
}

/**
 * Commits what is staged to the branch its folder is on. Done again for the same change, it finds the commit.
 * @throws OrchestraError GIT_HOOK_REFUSED, GIT_IDENTITY_MISSING, GIT_BRANCH_MOVED
 */
export async function commitStaged(git: Git, staged: StagedChange, settings: CommitSettings): Promise<string> {
  const there = await commitThere(git, staged, settings.message);
  if (there !== undefined) return there;
  if (settings.hooks === 'run' && (await hasCommitHooks(git, staged.folder)))
    return commitThroughHooks(git, staged, settings);
  const { folder, tree, parent } = staged;
  const config = settings.hooks === 'skip' ? noHooks : {};
  const commit = await createCommit(git, { ...settings, folder, tree, parents: [parent], config });
  failpoint('git:commit-made');
  await moveHead(git, { folder, from: parent, to: commit, why: `commit: ${subjectOf(settings.message)}`, config });
  return commit;
}

/** Undefined where HEAD is still the parent. */
async function commitThere(git: Git, staged: StagedChange, message: string): Promise<string | undefined> {
  const { folder, parent, tree } = staged;
  const head = await resolveCommit(git, folder, 'HEAD');
  if ((head ?? noObject) === parent || head === undefined) return undefined;
  const facts = await git.text(['show', '--no-patch', '--format=%P%n%T%n%B', head, '--'], { cwd: folder });
  const [parents, itsTree] = facts.split('\n', 2);
  const expected = parent === noObject ? '' : parent;
  if (parents === expected && itsTree === tree && facts.endsWith(`\n${message.trimEnd()}\n`)) return head;
  throw movedError(folder, parent, head);
}

/** Moves HEAD, and the branch it is on, unless it is elsewhere by now. */
export async function moveHead(
  git: Git,
  move: {
    readonly folder: string;
    readonly from: string;
    readonly to: string;
    /** For the reflog. */
    readonly why: string;
    readonly config?: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const { folder, from, to, why, config = noHooks } = move;
  const args = ['update-ref', '--create-reflog', '-m', why, 'HEAD', to, from];
  const exit = await git.run(args, { cwd: folder, config });
  failpoint('git:branch-moved');
  if (exit.exitCode === 0) return;
  const head = await resolveCommit(git, folder, 'HEAD');
  if (head === to) return;
  throw (head ?? noObject) === from ? gitFailure(args, folder, exit) : movedError(folder, from, head ?? 'nothing');
}

export function movedError(folder: string, expected: string, found: string): OrchestraError {
  return new OrchestraError('GIT_BRANCH_MOVED', `HEAD of ${folder} is at ${found}, not at ${expected}.`, {
    details: { folder, expected, found },
  });
}

export function subjectOf(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}
