import type { Orchestra } from '../../app/orchestra.ts';
import { RunLog } from '../../app/run-log.ts';
import type { CliContext } from '../context.ts';
import type { Display, DisplayOptions } from './display-options.ts';
import { LiveRun } from './live-run.ts';

/** A live view of a session, with what its run did before; undefined where there is no terminal for one. */
export async function openLiveDisplay(
  context: CliContext,
  orchestra: Orchestra,
  options: DisplayOptions,
): Promise<Display | undefined> {
  const { session, resumed } = options;
  const row = await orchestra.findRun(session.runId);
  const live = await LiveRun.of(context, orchestra, row, options);
  if (!live) return undefined;
  if (resumed !== undefined)
    for await (const line of new RunLog(orchestra.journal, row.id).read()) await live.recall(line);
  live.open();
  return {
    show: (line) => live.tell(line),
    pausing: (until) => live.view.stopping({ kind: 'pausing', until }),
    cancelling: () => live.view.stopping({ kind: 'cancelling' }),
    end(isInterrupted) {
      live.view.walked(!isInterrupted);
      live.close();
    },
  };
}
