import type { RunEvent, Snapshot } from '../../contract/event.ts';
import type { Turn } from '../../engine/ports/journal.ts';

/** The folder of one repository that a branch of a run works in, as far as the journal tells. */
export interface RecordedWorktree {
  readonly repo: string;
  /** Branch path, `''` for the run's own. */
  readonly scope: string;
  readonly branch: string;
  readonly base: string;
  readonly worktree: string;
  readonly head: string;
  /** What it holds beside its commit. */
  readonly uncommitted?: string;
  readonly merged: boolean;
  /** The turn that told of it last. */
  readonly seq: number;
}

/** A branch whose work did not fit, and was not merged since. */
export interface RecordedConflict {
  readonly repo: string;
  /** The branch it was to be merged into. */
  readonly scope: string;
  readonly merging: string;
}

/** What a `WorkspaceFold` knows. */
export interface WorkspaceState {
  readonly worktrees: Map<string, RecordedWorktree>;
  readonly changeRequests: Map<string, string[]>;
  readonly conflicts: Map<string, RecordedConflict>;
}

/** What a run made in repositories: its folders, where they stand, and what became of them. */
export class WorkspaceFold {
  readonly state: WorkspaceState;

  constructor(state: WorkspaceState = { worktrees: new Map(), changeRequests: new Map(), conflicts: new Map() }) {
    this.state = state;
  }

  add(event: RunEvent, { seq }: Pick<Turn, 'seq'>): void {
    switch (event.type) {
      case 'WorktreeCreated': {
        const { type: _type, ...created } = event;
        this.state.worktrees.set(keyOf(event.repo, event.scope), { ...created, head: event.base, merged: false, seq });
        return;
      }
      case 'WorkspaceSnapshotRecorded':
        for (const [repo, snapshot] of Object.entries(event.repos)) this.#stands(repo, event.scope, snapshot, seq);
        return;
      case 'WorktreeMerged':
        this.#stands(event.repo, event.scope, { head: event.sha }, seq);
        for (const scope of event.merged) this.#merged(event.repo, scope);
        return;
      case 'WorktreeMergeConflict': {
        const { repo, scope, merging } = event;
        this.state.conflicts.set(keyOf(repo, merging), { repo, scope, merging });
        return;
      }
      case 'ChangeRequestOpened':
        this.state.changeRequests.set(event.repo, [...this.changeRequests(event.repo), event.url]);
        return;
      default:
        return;
    }
  }

  /** In the order they were made. */
  worktrees(): readonly RecordedWorktree[] {
    return [...this.state.worktrees.values()];
  }

  /** Conflicts that nobody has resolved, as far as the journal tells. */
  conflicts(): readonly RecordedConflict[] {
    return [...this.state.conflicts.values()];
  }

  /** Addresses of those opened for a repository. */
  changeRequests(repo: string): readonly string[] {
    return this.state.changeRequests.get(repo) ?? [];
  }

  #stands(repo: string, scope: string, { head, uncommitted }: Snapshot, seq: number): void {
    this.#update(repo, scope, ({ uncommitted: _before, ...known }) => ({
      ...known,
      head,
      seq,
      ...(uncommitted !== undefined && { uncommitted }),
    }));
  }

  #merged(repo: string, scope: string): void {
    this.state.conflicts.delete(keyOf(repo, scope));
    this.#update(repo, scope, (known) => ({ ...known, merged: true }));
  }

  #update(repo: string, scope: string, change: (known: RecordedWorktree) => RecordedWorktree): void {
    const key = keyOf(repo, scope);
    const known = this.state.worktrees.get(key);
    if (known) this.state.worktrees.set(key, change(known));
  }
}

function keyOf(repo: string, scope: string): string {
  return JSON.stringify([repo, scope]);
}
