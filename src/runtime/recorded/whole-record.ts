import type { Journal, RunRow, Turn } from '../../engine/ports/journal.ts';
import type { OpKey } from '../../engine/ports/runtime.ts';
import { hasMovedShape, withBlobs, withShape } from '../../shared/blob-ref.ts';
import { ancestryOf, type Ancestry } from '../local/fork-starts.ts';
import { lookedInto } from '../local/record.ts';
import { turnTypes, type OperationSettled, type PipelineEdited, type RunEnded } from '../local/turns.ts';

/** What a replay reads of its source: a journal, or a recording in a file. */
export type RecordSource = Pick<Journal, 'run' | 'turns' | 'getBlob'>;

/** What a run recorded from its start to its end, or as far as it came. */
export interface WholeRecord {
  readonly row: RunRow;
  /** Its id, then those of the runs it was forked from. */
  readonly lineage: readonly string[];
  readonly ancestry: Ancestry;
  /** The turns of each segment, the one that leads to the next included. */
  readonly segments: readonly RecordedSegment[];
  /** What the operations came to, by key; long texts are references. */
  readonly settlements: ReadonlyMap<OpKey, OperationSettled>;
  /** Absent where it has not ended. */
  readonly ended: RunEnded | undefined;
  /** The pipeline it was walked by last, through which all of the record leads (R9). */
  readonly bundle: string;
  /** The pipeline an operation was done by, where that was not the last one. */
  readonly earlierBundles: ReadonlyMap<OpKey, string>;
}

export interface RecordedSegment {
  readonly startedAt: number;
  readonly turns: readonly Turn[];
}

export async function readWholeRecord(source: RecordSource, row: RunRow): Promise<WholeRecord> {
  const ancestry = await ancestryOf(source, row);
  const segments: { readonly startedAt: number; readonly turns: Turn[] }[] = [
    { startedAt: ancestry.begunAt, turns: [] },
  ];
  const settlements = new Map<OpKey, OperationSettled>();
  const earlierBundles = new Map<OpKey, string>();
  let ended: RunEnded | undefined;
  let { bundle } = row;
  let sinceEdit: OpKey[] = [];
  for await (const stored of source.turns(row.id, { payloadsOf: lookedInto })) {
    const turn = hasMovedShape(stored.payload) ? { ...stored, payload: await shapeOf(source, stored) } : stored;
    segments.at(-1)?.turns.push(turn);
    // Payloads were written by the runtime and kept as they were.
    const payload = turn.payload as unknown;
    if (turn.type === turnTypes.segmentStarted) segments.push({ startedAt: turn.at, turns: [] });
    if (turn.type === turnTypes.runEnded) ended = payload as RunEnded;
    if (turn.type === turnTypes.operationSettled) {
      settlements.set(turn.key ?? '', payload as OperationSettled);
      sinceEdit.push(turn.key ?? '');
    }
    if (turn.type === turnTypes.pipelineEdited) {
      for (const key of sinceEdit) earlierBundles.set(key, bundle);
      sinceEdit = [];
      ({ bundle } = payload as PipelineEdited);
    }
  }
  const lineage = [row.id, ...ancestry.forks.map((fork) => fork.source).toReversed()];
  return { row, lineage, ancestry, segments, settlements, ended, bundle, earlierBundles };
}

/** The pipeline a run was walked by last. */
export async function lastBundleOf(source: RecordSource, row: RunRow): Promise<string> {
  let { bundle } = row;
  for await (const { type, payload } of source.turns(row.id, { payloadsOf: edits })) {
    // Written by the runtime and kept as it was.
    if (type === turnTypes.pipelineEdited) ({ bundle } = payload as unknown as PipelineEdited);
  }
  return bundle;
}

const edits: ReadonlySet<string> = new Set([turnTypes.pipelineEdited]);

function shapeOf(source: RecordSource, { payload }: Turn): Promise<Turn['payload']> {
  return withShape((hash) => source.getBlob(hash), payload);
}

/** A recorded payload with everything in it, long texts included: another journal keeps it in its own way. */
export async function inFull<T>(source: Pick<RecordSource, 'getBlob'>, payload: T): Promise<T> {
  // What was recorded is JSON, and stays what it is.
  return (await withBlobs((hash) => source.getBlob(hash), payload as Turn['payload'])) as T;
}
