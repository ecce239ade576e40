import type { RunSummary } from '../contract/run-summary.ts';
import type { RunView } from '../contract/run-view.ts';
import type { Journal, RunFilter, RunRow } from '../engine/ports/journal.ts';
import { foldRun } from '../journal/folds/fold-run.ts';
import { OrchestraError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';

export interface ListedRun {
  readonly row: RunRow;
  readonly summary: RunSummary;
}

/** Raised when a summary is made otherwise: those kept by other versions are made anew. */
const summaryVersion = 1;

/**
 * Runs with their summaries, newest first. A run at rest has its own kept beside it, so that a list does
 * not read whole runs; one that is on its way, or was killed, is folded.
 */
export async function listRuns(journal: Journal, filter: RunFilter): Promise<readonly ListedRun[]> {
  const listed: ListedRun[] = [];
  const kept: Promise<void>[] = [];
  for (const row of await journal.runs(filter)) {
    const known = keptSummary(row);
    if (known) {
      listed.push({ row, summary: known });
      continue;
    }
    const fold = await foldRun(journal, row.id);
    const view = fold.view(row);
    listed.push({ row, summary: summaryOf(view) });
    // Not awaited one by one: they share commits.
    kept.push(keepSummary(journal, view, fold.lastSeq));
  }
  await Promise.all(kept);
  return listed;
}

/** Keeps the summary of a run beside it, made from its turns up to `lastSeq`, unless the next one is about to follow. */
export async function keepSummary(journal: Journal, view: RunView, lastSeq: number): Promise<void> {
  if (view.state === 'running' || lastSeq === 0) return;
  const summary = summaryOf(view);
  try {
    const kept = await journal.keep({ version: summaryVersion, ...summary } as unknown as Json);
    await journal.summarize(view.runId, lastSeq, kept);
  } catch (thrown) {
    // A journal that cannot be written can be read: the summary is only made again next time.
    if (!(thrown instanceof OrchestraError)) throw thrown;
  }
}

function summaryOf({ nodes, usage, durationMs, failureReason }: RunView): RunSummary {
  const done = nodes.filter(({ status, durationMs: took }) => took !== undefined && status !== 'cancelled');
  return { nodesDone: done.length, usage, durationMs, ...(failureReason === undefined ? {} : { failureReason }) };
}

function keptSummary({ summary }: RunRow): RunSummary | undefined {
  // Written above; the version says that it has this shape.
  const kept = summary as unknown as (RunSummary & { readonly version: number }) | undefined;
  if (kept?.version !== summaryVersion) return undefined;
  const { version: _version, ...own } = kept;
  return own;
}
