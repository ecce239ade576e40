import type { Journal, RunRow, Turn } from '../../engine/ports/journal.ts';
import type { Json } from '../../shared/json.ts';
import { turnTypes, type OperationSettled, type PipelineEdited, type SegmentStarted } from './turns.ts';

/** What the journal holds of a run, as far as its last segment needs it to be walked again. */
export interface RunRecord {
  readonly segment: number;
  readonly handedOver: Json | undefined;
  readonly startedAt: number;
  /** Turns of the last segment, oldest first. */
  readonly turns: readonly Turn[];
  /** The last inbox entry that was acted on. */
  readonly inboxSeq: number;
  /** The pipeline it was walked by last. */
  readonly bundle: string;
  /** An earlier process has walked it already. */
  readonly isResumed: boolean;
}

export async function readRecord(journal: Journal, row: RunRow): Promise<RunRecord> {
  let segment = 0;
  let handedOver: Json | undefined;
  let startedAt = row.at;
  let turns: Turn[] = [];
  let inboxSeq = 0;
  let { bundle } = row;
  let isResumed = false;
  for await (const turn of journal.turns(row.id)) {
    isResumed = true;
    if (turn.type === turnTypes.segmentStarted) {
      // Written by this runtime and kept as it was.
      const started = turn.payload as unknown as SegmentStarted;
      ({ segment, state: handedOver } = started);
      startedAt = turn.at;
      turns = [];
    } else {
      turns.push(turn);
    }
    if (turn.type === turnTypes.pipelineEdited) ({ bundle } = turn.payload as unknown as PipelineEdited);
    if (turn.type === turnTypes.operationSettled) inboxSeq = Math.max(inboxSeq, seqOf(turn.payload as unknown as OperationSettled));
  }
  return { segment, handedOver, startedAt, turns, inboxSeq, bundle, isResumed };
}

function seqOf(settled: OperationSettled): number {
  return settled.kind === 'inbox' || settled.kind === 'gate' ? (settled.inboxSeq ?? 0) : 0;
}
