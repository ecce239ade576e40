import type { Orchestra } from '../../app/orchestra.ts';
import { RunLog } from '../../app/run-log.ts';
import { finalStates } from '../../contract/run.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { printLine, type CliContext } from '../context.ts';
import type { DisplayWish } from '../live/live-conditions.ts';
import { LiveRun } from './live-run.ts';

/** How long until an owner's death is noticed, which changes nothing in the journal. */
const lookAgainMs = 1_000;

/** Shows a run that another process walks until it has ended or the reader leaves, which is no harm to the run. */
export async function watchRun(
  context: CliContext,
  orchestra: Orchestra,
  row: RunRow,
  wish: DisplayWish,
): Promise<void> {
  const live = await LiveRun.of(context, orchestra, row, { ...wish, desk: undefined });
  if (!live)
    throw new OrchestraError(
      'USAGE',
      `--watch draws on a terminal; lines are printed by: orchestra logs ${row.id} --follow`,
    );
  const left = new AbortController();
  const stopListening = context.onSignal(() => left.abort());
  const log = new RunLog(orchestra.journal, row.id);
  for await (const line of log.read()) await live.recall(line);
  live.open();
  try {
    while (!left.signal.aborted) {
      // Looked at before the events are read: those of its end are committed by then.
      const { state } = await orchestra.findRun(row.id);
      const lease = await orchestra.journal.leaseOf(row.id);
      live.view.walked(finalStates.has(state) || (lease?.alive ?? false));
      for await (const line of log.read()) await live.tell(line);
      if (finalStates.has(state)) break;
      await log.changed(left.signal, lookAgainMs);
    }
  } finally {
    live.close();
    stopListening();
  }
  const { id, state } = await orchestra.findRun(row.id);
  printLine(context, `Run ${id} is ${state}.`);
}
