import type { ForkPoint, Journal, RunRow, Turn } from '../../engine/ports/journal.ts';
import type { OpKey } from '../../engine/ports/runtime.ts';
import { hasMovedShape, withShape } from '../../shared/blob-ref.ts';
import type { Json } from '../../shared/json.ts';
import { ancestryOf, type Ancestry } from './fork-starts.ts';
import { turnTypes, type OperationStarted, type PipelineEdited, type SegmentStarted } from './turns.ts';

/** An operation as an earlier process or segment started it. */
export interface RecordedStart {
  readonly started: OperationStarted;
  readonly since: number;
  /** It was started in the run that this one was forked from. */
  readonly isInherited?: boolean;
}

/** Where a segment begins, and what of it is recorded already. */
export interface SegmentRecord {
  readonly segment: number;
  readonly handedOver: Json | undefined;
  readonly startedAt: number;
  /** Operations of earlier segments that were in flight when it began. */
  readonly inFlight: ReadonlyMap<OpKey, RecordedStart>;
  /** Turns of the segment, oldest first; those that a replay looks into have their shape restored. */
  readonly turns: readonly Turn[];
}

/** What the journal holds of a run, as far as its last segment needs it to be walked again. */
export interface RunRecord {
  readonly lastSegment: SegmentRecord;
  /** Operations in flight when the record ends. */
  readonly inFlight: ReadonlyMap<OpKey, RecordedStart>;
  /** Number of the last inbox entry that was acted on. */
  readonly inboxSeq: number;
  /** The pipeline it was walked by last. */
  readonly bundle: string;
  /** Whence it comes. */
  readonly ancestry: Ancestry;
  /** An earlier process has walked it already. */
  readonly isResumed: boolean;
}

export async function readRecord(journal: Journal, row: RunRow): Promise<RunRecord> {
  const ancestry = await ancestryOf(journal, row);
  let lastSegment: SegmentRecord & { readonly turns: Turn[] } = {
    segment: 0,
    handedOver: undefined,
    startedAt: ancestry.begunAt,
    inFlight: new Map(),
    turns: [],
  };
  const inFlight = new Map<OpKey, RecordedStart>();
  let { bundle } = row;
  let inboxSeq = 0;
  let isResumed = false;
  for await (const stored of journal.turns(row.id, { payloadsOf: lookedInto })) {
    const turn = hasMovedShape(stored.payload) ? await whole(journal, stored) : stored;
    isResumed = true;
    if (ownTypes.has(turn.type)) inboxSeq = Math.max(inboxSeq, inboxSeqOf(turn));
    trackInFlight(inFlight, turn, row.forkOf);
    // Payloads were written by this runtime and kept as they were.
    if (turn.type === turnTypes.pipelineEdited) ({ bundle } = turn.payload as unknown as PipelineEdited);
    if (turn.type !== turnTypes.segmentStarted) {
      lastSegment.turns.push(turn);
      continue;
    }
    const { segment, state } = turn.payload as unknown as SegmentStarted;
    lastSegment = { segment, handedOver: state, startedAt: turn.at, inFlight: new Map(inFlight), turns: [] };
  }
  return { lastSegment, inFlight, inboxSeq, bundle, ancestry, isResumed };
}

/** What the runtime writes; all other turns are events of the walk. */
const ownTypes: ReadonlySet<string> = new Set(Object.values(turnTypes));

/** Of events, a replay looks at type and key, and at what handles a stage. */
export const lookedInto: ReadonlySet<string> = new Set([...ownTypes, 'StageStarted']);

/** With its shape restored. */
async function whole(journal: Journal, turn: Turn): Promise<Turn> {
  return { ...turn, payload: await withShape((hash) => journal.getBlob(hash), turn.payload) };
}

/** Whether a turn was written by the run that this one was forked from. */
export function isInherited({ seq }: Turn, forkOf: ForkPoint | undefined): boolean {
  return forkOf !== undefined && seq <= forkOf.turn;
}

function trackInFlight(inFlight: Map<OpKey, RecordedStart>, turn: Turn, forkOf: ForkPoint | undefined): void {
  const { type, key = '', at } = turn;
  if (type === turnTypes.operationStarted) {
    // One that a later segment asked for again is in flight since the first time.
    const since = inFlight.get(key)?.since ?? at;
    const started = turn.payload as unknown as OperationStarted;
    inFlight.set(key, { started, since, ...(isInherited(turn, forkOf) && { isInherited: true }) });
  }
  if (type === turnTypes.operationSettled || type === turnTypes.operationDropped) inFlight.delete(key);
}

/** Answers and commands carry the number of their entry, whatever became of them. */
function inboxSeqOf({ payload }: Turn): number {
  const { inboxSeq } = payload as { readonly inboxSeq?: number };
  return inboxSeq ?? 0;
}
