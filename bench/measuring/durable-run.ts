/** How sure a commit is: `full` survives a power cut, `normal` a crash of the process only (SQLite's words in WAL mode). */
export type Synchronous = 'full' | 'normal';

/** What each engine is asked to do: so many nodes one after the other, each committed before the next starts. */
export interface DurableRunRequest {
  readonly nodes: number;
  readonly synchronous: Synchronous;
  /** Empty; the database goes here. */
  readonly folder: string;
  /** Length of the untimed run before, so that loading and compiling code are not counted; 0 leaves it out. */
  readonly warmUpNodes: number;
}

/** What each engine reports. */
export interface DurableRun {
  /** From the request to the answer that the run has ended. */
  readonly wallMs: number;
  /** Processor time until the run's end was durable. */
  readonly cpuMs: number;
  /** What the database grew by, its log written back. */
  readonly databaseBytes: number;
  readonly largestMemoryMb: number;
  /** As the connection that wrote tells it afterwards. */
  readonly synchronous: string;
  readonly journalMode: string;
}
