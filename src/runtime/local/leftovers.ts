import type { StepEvent } from '../../contract/event.ts';
import type { Journal, RunRow } from '../../engine/ports/journal.ts';
import { endStale } from '../../shared/process/end-group.ts';
import type { RunRecord } from './record.ts';

/**
 * Ends what still lives of the programs that earlier owners started for operations in flight (R7): they may
 * have been stopped, not killed, and what was in flight need not be asked for again.
 */
export async function endLeftovers(journal: Journal, row: RunRow, { inFlight }: RunRecord): Promise<void> {
  const steps = [...inFlight].filter(([, { started }]) => started.kind === 'node');
  await Promise.all(steps.map(([key]) => endProgramsOf(journal, row, key)));
}

async function endProgramsOf(journal: Journal, { id: runId, forkOf }: RunRow, key: string): Promise<void> {
  // Those of the run this one was forked from are not ours to end: it may be walked at this moment.
  for await (const { type, payload } of journal.turns(runId, { branch: key, afterSeq: forkOf?.turn ?? 0 })) {
    // Only steps write to this branch, and only step events.
    const event = { type, ...(payload as object) } as StepEvent;
    if (event.type === 'ProcessStarted') await endStale({ ...event, operation: `${runId}/${key}` });
  }
}
