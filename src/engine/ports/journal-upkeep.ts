/**
 * The part of the Journal port that forgets. Removing and sweeping are separate, and each is safe to be
 * ended at any moment and done again: a removed run is gone whole or not at all, and a blob goes only
 * while nothing refers to it, whatever other processes write meanwhile.
 */
export interface JournalUpkeep {
  /** What removing these runs and a sweep after it would take away; changes nothing. Unknown ids are `RUN_UNKNOWN`. */
  weigh(runIds: readonly string[]): Promise<Weight>;
  /**
   * Forgets a run and the runs it started: their turns, branches, commands and leases. Its numbers are
   * not given again. Throws `RUN_HELD` while one of them has a live owner and `RUN_HAS_FORKS` while other runs
   * stand on their turns; nothing happens where the run is gone already.
   */
  remove(runId: string): Promise<void>;
  /** Removes every blob that no run, turn or command refers to, directly or through other blobs. */
  sweep(): Promise<Swept>;
  /** Gives unused space back to the file system, where there is enough of it to be worth copying the rest. */
  compact(): Promise<Compaction>;
}

export interface Weight {
  /** In the order asked for. */
  readonly runs: readonly RunWeight[];
  /** Blobs that nothing but these runs refers to, or nothing at all. */
  readonly blobs: Swept;
}

export interface RunWeight {
  readonly runId: string;
  /** The run, then the runs it started, at any depth. */
  readonly tree: readonly string[];
  /** Bytes of turns and settings of the whole tree, blobs aside. */
  readonly bytes: number;
  /** Runs outside the tree that were forked from one in it: it cannot be removed before they are. */
  readonly forks: readonly string[];
}

export interface Swept {
  readonly count: number;
  /** As they are stored, mostly compressed. */
  readonly bytes: number;
}

/** Sizes in bytes; all 0 where nothing is stored in files. */
export interface Compaction {
  readonly before: number;
  readonly after: number;
}
