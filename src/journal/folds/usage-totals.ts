import type { Usage } from '../../contract/outcome.ts';
import type { UsageTotals } from '../../contract/run-view.ts';

export const noUsage: UsageTotals = { inputTokens: 0, outputTokens: 0 };

/** The sum; a cost where at least one side names one. */
export function sumUsage(a: UsageTotals, b: Pick<Usage, keyof UsageTotals>): UsageTotals {
  const inputTokens = a.inputTokens + b.inputTokens;
  const outputTokens = a.outputTokens + b.outputTokens;
  if (a.costUsd === undefined && b.costUsd === undefined) return { inputTokens, outputTokens };
  return { inputTokens, outputTokens, costUsd: (a.costUsd ?? 0) + (b.costUsd ?? 0) };
}
