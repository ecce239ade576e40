import { succeeded, type StageStatus } from '../../contract/outcome.ts';
import { integerOf, numberOf, textOf, type Attributed } from '../../language/graph/attributes.ts';
import type { Json } from '../../shared/json.ts';

/** What became of one branch: an item of `parallel.results` (semantics.md, Parallel). */
export interface BranchResult {
  readonly id: string;
  readonly status: StageStatus | 'cancelled';
  readonly score?: number;
  readonly notes: string;
  readonly contextUpdates: Readonly<Record<string, Json>>;
  readonly response: string;
}

/** How many branches there are, and what the ended ones came to; cancelled ones are neither success nor failure. */
export interface Tally {
  readonly total: number;
  readonly successes: number;
  readonly failures: number;
}

/** When a fan-out is done and what it came to. */
export interface JoinPolicy {
  /** Whether the branches that ended decide the outcome, so that the rest may be cancelled. */
  isDecided(tally: Tally): boolean;
  /** The status of the finished fan-out. */
  status(tally: Tally): 'success' | 'partial_success' | 'fail';
}

/** 4.8: done when all are; any failure leaves PARTIAL_SUCCESS. */
const waitAll: JoinPolicy = {
  isDecided: () => false,
  status: ({ failures }) => (failures === 0 ? 'success' : 'partial_success'),
};

/** At least so many branches succeed; decided as soon as they did, or no longer can. */
function atLeast(neededOf: (total: number) => number): JoinPolicy {
  const needed = ({ total }: Tally): number => Math.max(1, neededOf(total));
  return {
    isDecided: (tally) => tally.successes >= needed(tally) || tally.total - tally.failures < needed(tally),
    status: (tally) => (tally.successes >= needed(tally) ? 'success' : 'fail'),
  };
}

/**
 * The join policy of a fan-out: `join_policy` on the fan-out, else on its fan-in, else `wait_all`.
 * `k_of_n` takes `k` (default 1), `quorum` takes `quorum_percent` (default 50) from the same node.
 */
export function joinPolicyOf(fanOut: Attributed, fanIn: Attributed | undefined): JoinPolicy {
  const owner = textOf(fanOut, 'join_policy') === undefined ? (fanIn ?? fanOut) : fanOut;
  switch (textOf(owner, 'join_policy')) {
    case 'first_success':
      return atLeast(() => 1);
    case 'k_of_n':
      return atLeast(() => integerOf(owner, 'k') ?? 1);
    case 'quorum':
      return atLeast((total) => Math.ceil(((numberOf(owner, 'quorum_percent') ?? 50) * total) / 100));
    default:
      return waitAll;
  }
}

export function isSuccess(result: Pick<BranchResult, 'status'>): boolean {
  return result.status !== 'cancelled' && succeeded({ status: result.status });
}

const ranks: Readonly<Record<BranchResult['status'], number>> = {
  success: 0,
  partial_success: 1,
  retry: 2,
  skipped: 3,
  fail: 4,
  cancelled: 5,
};

/** Best first: by status, then higher score, then id (4.9, `heuristic_select`). */
export function byMerit(a: BranchResult, b: BranchResult): number {
  const byStatus = ranks[a.status] - ranks[b.status];
  if (byStatus !== 0) return byStatus;
  const byScore = (b.score ?? 0) - (a.score ?? 0);
  if (byScore !== 0) return byScore;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
