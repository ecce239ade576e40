import type { RunState } from '../../contract/run.ts';

/** What a clean-up is decided by: what journals name, and what there is. Paths are absolute and resolved. */
export interface CleanupFacts {
  readonly runs: readonly RecordedRun[];
  readonly repositories: readonly FoundRepository[];
  /** Folders of the last level of `homes`: `<home>/<run>/<branch>/<repository>`. */
  readonly folders: readonly string[];
  /** Where the folders of runs are made. */
  readonly homes: readonly string[];
  /** What the names of branches of runs begin with. */
  readonly prefixes: readonly string[];
}

export interface RecordedRun {
  readonly runId: string;
  /** What its own refs begin with behind `refs/orchestra/` (`session` of its plan). */
  readonly session?: string;
  readonly state: RunState;
  /** Milliseconds since the epoch; absent while it goes on. */
  readonly endedAt?: number;
  /** The run it was forked from, which is older. */
  readonly forkOf?: string;
  readonly places: readonly RecordedPlace[];
}

/** A folder a run made for one repository and one of its branches. */
export interface RecordedPlace {
  /** Path of the repository. */
  readonly repository: string;
  /** Branch path of the walk, `''` for the run's own. */
  readonly scope: string;
  readonly worktree: string;
  /** Absent where the folder is a copy, of what is no git repository. */
  readonly branch?: string;
  /** Why somebody shall look at it, such as a conflict. */
  readonly keptBecause?: string;
}

export interface FoundRepository {
  readonly path: string;
  /** As `git worktree list` has them. */
  readonly worktrees: readonly FoundWorktree[];
  /** Local ones. */
  readonly branches: readonly FoundBranch[];
  /** Full names below `refs/orchestra/`. */
  readonly ownRefs: readonly string[];
}

export interface FoundWorktree {
  readonly path: string;
  /** The checkout of the repository itself. */
  readonly isMain: boolean;
  /** Without `refs/heads/`; absent at a commit. */
  readonly branch?: string;
  /** Why it was locked by `git worktree lock`, maybe `''`. */
  readonly locked?: string;
  /** Changed or new files, ignored ones aside. */
  readonly hasChanges: boolean;
}

export interface FoundBranch {
  /** Without `refs/heads/`. */
  readonly name: string;
  readonly head: string;
  /** Full names of the branches, remote branches and tags whose history holds its head, itself aside: `git for-each-ref --contains`. */
  readonly heldBy: readonly string[];
}

export interface CleanupRequest {
  /** Runs that ended later stay. */
  readonly olderThanMs: number;
  /** Only these, where given. */
  readonly runs?: readonly string[];
  /** Also what is kept to be looked at, what is not committed, and commits that are found nowhere else. */
  readonly force: boolean;
}
