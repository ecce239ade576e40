/** What a clean-up does and leaves. Everything the journals name and everything that is found stands in it once. */
export interface CleanupPlan {
  /** In the order it has to be done in. */
  readonly remove: readonly Removal[];
  /** What journals name and stays. */
  readonly keep: readonly Kept[];
  /** What lies where things of runs lie, and no journal names: listed (`doctor`), never removed. */
  readonly orphans: readonly Stray[];
  /** Worktrees and branches of others, which a clean-up does not touch. */
  readonly foreign: readonly Stray[];
}

/** A thing of a run. Folders are copies, or worktrees that their repository does not know any more. */
export type Thing =
  | { readonly kind: 'worktree'; readonly repository: string; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  /** Removed only while it stands at `head`. */
  | { readonly kind: 'branch'; readonly repository: string; readonly name: string; readonly head: string }
  | { readonly kind: 'ref'; readonly repository: string; readonly name: string };

export type Removal = Thing & { readonly runId: string };
export type Kept = Thing & { readonly runId: string; readonly reason: string };
export type Stray = Thing;
