import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import { isSigned, type CommitSettings } from '../git/commit-object.ts';
import { concludeMerge, startMerge } from '../git/merge-in-folder.ts';
import { mergeCommits, type ConflictFile } from '../git/merge.ts';
import { refComponent } from '../git/ref-name.ts';
import { deleteRefsBelow, writeRef } from '../git/refs.ts';
import { resolveCommit } from '../git/repository.ts';
import { splitAtNul } from '../git/tree-entry.ts';
import { removeWorktree } from '../git/worktree.ts';
import type { CheckedOutRepository } from './checkout.ts';
import { workspaceScope } from './scopes.ts';
import type { SessionWorkspace } from './session-workspace.ts';

/** A merge of one branch into what the branches before it came to. */
export interface BranchMerge {
  readonly scope: string;
  readonly ours: string;
  readonly theirs: string;
  readonly message: string;
}

export type RoomMerge =
  | { readonly kind: 'merged'; readonly commit: string }
  | { readonly kind: 'conflict'; readonly files: readonly ConflictFile[] };

/** Where an operation merges what needs files. @param key its key as the run that has the workspace sees it, without what was answered meanwhile */
export function mergeFolder({ folder }: Pick<WorkspacePlan, 'folder'>, key: string): string {
  return join(folder, `merge-${refComponent(key)}`);
}

/** Where a merge is tried before anything moves: among Git's objects, and where files are needed in a folder of its own. */
export class MergeRoom {
  readonly #workspace: SessionWorkspace;
  readonly #key: string;

  /** @param key of the operation that merges: its room is found again after a crash, by no other of the run or its children */
  constructor(workspace: SessionWorkspace, key: string) {
    this.#workspace = workspace;
    this.#key = workspaceScope(workspace.plan, key);
  }

  /** Merges without a folder. Done again, it is the same commit: what comes behind it was perhaps resolved upon it. */
  async merge(place: CheckedOutRepository, branch: BranchMerge): Promise<RoomMerge> {
    const { folder } = place;
    const { ours, theirs, message } = branch;
    // No two signatures need be equal.
    const kept = (await isSigned(this.#git, { folder, ...this.#settings })) ? this.#ref('signed', branch) : undefined;
    const known = kept === undefined ? undefined : await resolveCommit(this.#git, folder, kept);
    if (known !== undefined) return { kind: 'merged', commit: known };
    const result = await mergeCommits(this.#git, { folder, ours, theirs, message, ...this.#settings });
    if (result.kind === 'unchanged') return { kind: 'merged', commit: ours };
    if (kept !== undefined && result.kind === 'merged') await writeRef(this.#git, folder, kept, result.commit);
    return result;
  }

  /** A folder with the conflict in it, as it was left there before, if it was. */
  async open(place: CheckedOutRepository, { ours, theirs }: BranchMerge): Promise<string> {
    const folder = this.#folderOf(place);
    if (existsSync(folder)) {
      const [head, merging] = await Promise.all(
        ['HEAD', 'MERGE_HEAD'].map((name) => resolveCommit(this.#git, folder, name)),
      );
      if (head === ours && merging === theirs) return folder;
    }
    await this.show(place, ours);
    await startMerge(this.#git, { folder, theirs });
    return folder;
  }

  /** The merge commit of what was resolved in the folder; rejects while something is not. */
  async conclude(place: CheckedOutRepository, branch: BranchMerge): Promise<string> {
    const done = await this.concluded(place, branch);
    if (done !== undefined) return done;
    const folder = await this.open(place, branch);
    return concludeMerge(this.#git, { folder, message: branch.message, ...this.#settings });
  }

  /** The merge as it was committed in its folder: by a process that was killed then, or by a person. */
  async concluded(place: CheckedOutRepository, { ours, theirs }: BranchMerge): Promise<string | undefined> {
    const folder = this.#folderOf(place);
    if (!existsSync(folder)) return undefined;
    const parents = await this.#git.text(['rev-list', '--no-walk', '--parents', 'HEAD'], { cwd: folder });
    const [head, ...from] = parents.split(' ');
    return from.join(' ') === `${ours} ${theirs}` ? head : undefined;
  }

  /** What this conflict was resolved to before: another one may have been asked about since, and needed the folder. */
  resolved(place: CheckedOutRepository, branch: BranchMerge): Promise<string | undefined> {
    return resolveCommit(this.#git, place.folder, this.#ref('resolved', branch));
  }

  /** Keeps a resolution until the merge is over. */
  async keep(place: CheckedOutRepository, branch: BranchMerge, commit: string): Promise<string> {
    await writeRef(this.#git, place.folder, this.#ref('resolved', branch), commit);
    return commit;
  }

  /** Files that conflict are taken whole from one side. */
  async prefer(place: CheckedOutRepository, branch: BranchMerge, side: 'ours' | 'theirs'): Promise<string> {
    const folder = await this.open(place, branch);
    const unmerged = await this.#git.bytes(['diff', '--name-only', '--diff-filter=U', '-z'], { cwd: folder });
    for (const path of splitAtNul(unmerged)) {
      // As bytes: a name may be no UTF-8, and one of the command line has to be.
      const call = { cwd: folder, input: path };
      const named = ['--pathspec-from-file=-', '--pathspec-file-nul'];
      const taken = await this.#git.run(['checkout', `--${side}`, ...named], call);
      // Where that side has no such file, it is gone.
      if (taken.exitCode === 0) await this.#git.text(['add', ...named], call);
      else await this.#git.text(['rm', '-q', '--cached', '--ignore-unmatch', ...named], call);
    }
    await this.#git.text(['clean', '-q', '-f', '-d'], { cwd: folder });
    return this.conclude(place, branch);
  }

  /** A folder that stands at a commit. */
  async show(place: CheckedOutRepository, commit: string): Promise<string> {
    const folder = this.#folderOf(place);
    const repository = place.repository.path;
    await removeWorktree(this.#git, { repository, folder });
    await this.#git.text(['worktree', 'add', '--quiet', '--detach', folder, commit], { cwd: repository });
    return folder;
  }

  /** Nothing of it is left, whichever process opened it. */
  async close(places: readonly CheckedOutRepository[]): Promise<void> {
    for (const place of places) {
      await deleteRefsBelow(this.#git, place.folder, this.#refs);
      await removeWorktree(this.#git, { repository: place.repository.path, folder: this.#folderOf(place) });
    }
    await rmdir(this.#folder).catch(unlessAbsent);
  }

  get #git(): SessionWorkspace['git'] {
    return this.#workspace.git;
  }

  get #folder(): string {
    return mergeFolder(this.#workspace.plan, this.#key);
  }

  /** Merges are commits like any other of the run. */
  get #settings(): Pick<CommitSettings, 'author' | 'signing'> {
    const { author, signing } = this.#workspace.plan;
    return { signing, ...(author && { author }) };
  }

  get #refs(): string {
    return `${mergeRefsOf(this.#workspace.plan)}${refComponent(this.#key)}/`;
  }

  #ref(kind: 'resolved' | 'signed', { ours, theirs }: BranchMerge): string {
    return `${this.#refs}${kind}-${ours}-${theirs}`;
  }

  #folderOf({ repository }: CheckedOutRepository): string {
    return join(this.#folder, refComponent(repository.name));
  }
}

/** What refs begin with that keep a merge until it is over. */
export function mergeRefsOf({ session }: WorkspacePlan): string {
  return `refs/orchestra/${session}/merges/`;
}

function unlessAbsent(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== 'ENOENT') throw thrown;
}
