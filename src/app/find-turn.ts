import type { ReturnPoint } from '../contract/run-view.ts';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import { foldRun } from '../journal/folds/fold-run.ts';
import { turnUnknown } from '../journal/refusals.ts';
import { OrchestraError } from '../shared/errors.ts';

/** The newest moment a run can go on from. */
export const lastTurn = 'last';

/**
 * The number of a turn of a run, as a user names it: that number, or `last`. Also turns that the run went back behind.
 * @throws OrchestraError USAGE, TURN_UNKNOWN with the nearest ones
 */
export async function findTurn(journal: Journal, row: RunRow, said: string): Promise<number> {
  if (said !== lastTurn && !/^\d{1,15}$/.test(said))
    throw new OrchestraError('USAGE', `"${said}" is no turn: turns are numbers, or \`${lastTurn}\``);
  const seq = Number(said);
  if (said !== lastTurn && (await hasTurn(journal, row, seq))) return seq;
  const points = (await foldRun(journal, row.id)).view(row).turns;
  const newest = points.at(-1);
  if (said !== lastTurn) throw unknown(row, seq, points);
  if (newest) return newest.turn;
  throw new OrchestraError('TURN_UNKNOWN', `run ${row.id} has not come to a turn yet`);
}

async function hasTurn(journal: Journal, { id }: RunRow, seq: number): Promise<boolean> {
  for await (const turn of journal.tail(id, seq - 1, seq)) return turn.seq === seq;
  return false;
}

function unknown({ id }: RunRow, seq: number, points: readonly ReturnPoint[]): OrchestraError {
  const { message, details } = turnUnknown(id, seq);
  const before = points.findLast(({ turn }) => turn < seq);
  const after = points.find(({ turn }) => turn > seq);
  const near = [before, after].flatMap((point) => (point ? [`${point.turn} (${point.type} ${point.node})`] : []));
  const nearest = near.length === 0 ? '' : `Nearest: ${near.join(', ')}. `;
  return new OrchestraError('TURN_UNKNOWN', message, {
    hint: `${nearest}All of them: orchestra show ${id} --json`,
    details,
  });
}
