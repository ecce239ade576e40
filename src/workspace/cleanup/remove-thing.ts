import { existsSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { assertNever } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import type { Git } from '../git/git.ts';
import { deleteRef, refsBelow } from '../git/refs.ts';
import { realFolder, resolveCommit } from '../git/repository.ts';
import { listWorktrees, removeWorktree } from '../git/worktree.ts';
import type { CleanupRequest, RecordedRun } from './cleanup-facts.ts';
import type { Thing } from './cleanup-plan.ts';
import { findWorktree, holdersOf } from './find-repositories.ts';
import { namedThings, type Named } from './named-things.ts';
import { checkedOut, onlyHolder } from './plan-branches.ts';
import { reasonOfWorktree } from './reasons-to-keep.ts';
import { removeWhole } from './run-folders.ts';

export interface RemovalParts {
  readonly git: Git;
  /** Those the plan was made for. */
  readonly runs: readonly RecordedRun[];
  readonly request: Pick<CleanupRequest, 'force'>;
}

type Removing<Kind extends Thing['kind']> = Extract<Thing, { readonly kind: Kind }>;

/**
 * Removes what a plan names, one thing after the other. Each is looked at again right before: what has changed since stays.
 * What is gone already is no mistake, so that a clean-up that was ended at any moment can be done again.
 */
export class Remover {
  readonly #git: Git;
  readonly #isForced: boolean;
  readonly #worktrees: ReadonlyMap<string, Named>;

  constructor({ git, runs, request }: RemovalParts) {
    this.#git = git;
    this.#isForced = request.force;
    this.#worktrees = namedThings(runs).worktrees;
  }

  /** @returns why it stays, where it has to */
  async remove(thing: Thing): Promise<string | undefined> {
    switch (thing.kind) {
      case 'worktree':
        return this.#worktree(thing);
      case 'folder':
        return this.#folder(thing);
      case 'branch':
        return this.#branch(thing);
      case 'ref':
        return this.#ref(thing);
      default:
        return assertNever(thing);
    }
  }

  async #worktree({ repository, path }: Removing<'worktree'>): Promise<string | undefined> {
    const named = this.#worktrees.get(path);
    const found = await findWorktree(this.#git, repository, path);
    if (!named || !found) return existsSync(path) ? 'its repository does not know it any more' : undefined;
    const reason = reasonOfWorktree(found, named, this.#isForced);
    if (reason !== undefined) return reason;
    await removeWhole(path, async () => {
      failpoint('cleanup:folder-aside');
      await removeWorktree(this.#git, { repository, folder: path });
    });
    failpoint('cleanup:worktree-removed');
    return undefined;
  }

  async #folder({ path }: Removing<'folder'>): Promise<string | undefined> {
    const there = await lstat(path).catch(() => undefined); // gone already
    if (there?.isDirectory() !== true) return undefined;
    if ((await realFolder(path)) !== path) return 'the way to it leads over a symbolic link';
    await removeWhole(path);
    failpoint('cleanup:worktree-removed');
    return undefined;
  }

  async #branch({ repository, name, head }: Removing<'branch'>): Promise<string | undefined> {
    const ref = `refs/heads/${name}`;
    const at = await resolveCommit(this.#git, repository, ref);
    if (at === undefined) return undefined;
    if (at !== head) return 'it has moved meanwhile';
    const reason = await this.#useOf(repository, { name, head });
    if (reason !== undefined) return reason;
    await deleteRef(this.#git, repository, ref, head);
    // What an agent may have said of where it is pushed to; mostly there is nothing.
    await this.#git.run(['config', '--local', '--remove-section', `branch.${name}`], { cwd: repository });
    failpoint('cleanup:branch-removed');
    return undefined;
  }

  async #useOf(
    repository: string,
    branch: { readonly name: string; readonly head: string },
  ): Promise<string | undefined> {
    const worktrees = (await listWorktrees(this.#git, repository)).map(({ folder, branch: at }) => ({
      path: folder,
      ...(at !== undefined && { branch: at }),
    }));
    const user = checkedOut({ worktrees }, branch.name, new Set());
    if (user !== undefined || this.#isForced) return user;
    return onlyHolder({ heldBy: await holdersOf(this.#git, repository, branch) }, new Set());
  }

  async #ref({ repository, name }: Removing<'ref'>): Promise<undefined> {
    const there = await refsBelow(this.#git, repository, name);
    if (!there.some((ref) => ref.name === name)) return;
    await deleteRef(this.#git, repository, name);
    failpoint('cleanup:ref-removed');
  }
}
