/**
 * The part of the Journal port that spares the reading of long runs. All of it is derived from turns, and may be forgotten
 * at any time.
 */
export interface JournalSnapshots {
  /**
   * Keeps what was made of a run's turns up to one of its path. Resolves to false, and keeps nothing, where some of
   * those turns are missing in it, as all who begin with it would miss them. What was kept of the run in other forms goes.
   */
  keepSnapshot(runId: string, snapshot: FoldSnapshot): Promise<boolean>;
  /** The newest in that form on the run's path up to a turn, its sources' included; none where it is damaged. */
  snapshot(runId: string, form: string, upToSeq?: number): Promise<FoldSnapshot | undefined>;
}

/** What a fold had made of the turns of a path. */
export interface FoldSnapshot {
  /** The last of the turns. */
  readonly seq: number;
  /** How many they are. */
  readonly turns: number;
  /** Names what `content` looks like. */
  readonly form: string;
  /** Made of nothing but turns, which passed the journal's door. */
  readonly content: Uint8Array;
}
