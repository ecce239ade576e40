import type { RunStatusChange, Turn } from '../../../engine/ports/journal.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { ContextTurn } from '../http-client.ts';
import { decodeRecord, type ContextRecord, type RunRecord, type StateRecord } from '../records/record.ts';
import { unreadable } from './context-reader.ts';

/** A run as it is written into a journal, from wherever it comes. */
export interface ImportedRun {
  readonly row: RunRecord['row'];
  /** Its path, numbered as in the journal it comes from; those of a fork begin with its source's. */
  readonly turns: readonly Turn[];
  readonly status: RunStatusChange;
  /** Whether times tell one record from another; those of some sources are not its own. */
  readonly hasTimes: boolean;
  /** The context it comes from, of the run it was forked from or started by. */
  readonly parentContext?: string;
}

/**
 * The run of a context of ours. Turns that stand there twice, because two processes mirrored at a time, are taken once.
 * @throws OrchestraError CXDB_UNREADABLE
 */
export function mirroredRun(context: bigint, content: readonly ContextTurn[]): ImportedRun {
  const records = content.flatMap((turn) => recordOf(context, turn) ?? []);
  // What stands before it is that of the run this one was forked from.
  const own = records.findLast((record): record is RunRecord => record.kind === 'run');
  if (!own) throw unreadable(context, 'holds turns of a run, and not the run itself');
  const bySeq = new Map<number, Turn>();
  for (const record of records) {
    if (record.kind === 'turn' && !bySeq.has(record.seq)) bySeq.set(record.seq, record.turn);
  }
  const turns = [...bySeq.values()];
  const last = turns.at(-1)?.seq ?? 0;
  const state = records.findLast((record): record is StateRecord => record.kind === 'state' && record.run === own.run);
  const { row, parentContext } = own;
  const status = statusAfter(last, state);
  return { row, turns, status, hasTimes: true, ...(parentContext !== undefined && { parentContext }) };
}

/** A state that turns followed is none any more: whoever was at work then is not now. */
function statusAfter(last: number, record: StateRecord | undefined): RunStatusChange {
  if (!record || record.seq < last) return { state: last === 0 ? 'created' : 'running' };
  return { state: record.state, ...(record.waiting && { waiting: record.waiting }) };
}

function recordOf(context: bigint, turn: ContextTurn): ContextRecord | undefined {
  try {
    return decodeRecord(turn);
  } catch (thrown) {
    throw unreadable(context, `has a turn (${turn.turn}) that cannot be read: ${messageOf(thrown)}`);
  }
}
