import type { UsageTotals } from './run-view.ts';

/** The short account of a run that lists show; the same numbers as in its view. */
export interface RunSummary {
  /** Visits of nodes that came to an outcome, those in branches included. */
  readonly nodesDone: number;
  readonly usage: UsageTotals;
  /** From the start to the end, or to the last thing recorded. */
  readonly durationMs: number;
  readonly failureReason?: string;
}
