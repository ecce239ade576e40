/** Where a run stands (R5). `interrupted` is derived: running or waiting with a dead or absent owner although work was due. */
export type RunState =
  | 'created'
  | 'running'
  | 'waiting'
  | 'paused'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'interrupted';

/** What a waiting run waits for. Times in milliseconds since the epoch. */
export interface Waiting {
  readonly for: 'answer' | 'timer' | 'budget';
  /** Operation key of the gate or timer: the id used with `orchestra answer`. */
  readonly key: string;
  readonly stage?: string;
  readonly question?: string;
  /** What a timer is for. */
  readonly reason?: string;
  readonly since: number;
  /** When a timer or timeout falls due. */
  readonly until?: number;
}

export const finalStates: ReadonlySet<RunState> = new Set(['completed', 'failed', 'cancelled']);

/** The word of the machine interface's result line for a state a run can be left in. */
export type ResultStatus = 'success' | 'fail' | 'waiting' | 'paused' | 'cancelled';
