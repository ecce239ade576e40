import type { Json } from '../shared/json.ts';

/** Attractor 5.2. */
export type StageStatus = 'success' | 'partial_success' | 'retry' | 'fail' | 'skipped';

export const stageStatuses = [
  'success',
  'partial_success',
  'retry',
  'fail',
  'skipped',
] as const satisfies readonly StageStatus[];

/** What a node's execution came to; drives routing and state (Attractor 5.2). */
export interface Outcome {
  readonly status: StageStatus;
  readonly preferredLabel?: string;
  readonly suggestedNextIds?: readonly string[];
  readonly contextUpdates?: Readonly<Record<string, Json>>;
  readonly notes?: string;
  readonly failureReason?: string;
}

/** SUCCESS and PARTIAL_SUCCESS count as success for routing and goal gates (3.4, 5.2). */
export function succeeded(outcome: Pick<Outcome, 'status'>): boolean {
  return outcome.status === 'success' || outcome.status === 'partial_success';
}

/** Tokens and money one step consumed. Money in US dollars; absent means the agent did not say. */
export interface Usage {
  /** Those read from and written to a cache included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input tokens, those read from a cache, and those written to one: they have other prices. */
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly costUsd?: number;
  readonly model?: string;
}
