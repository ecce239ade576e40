import type { Orchestra } from '../../app/orchestra.ts';
import { finalStates } from '../../contract/run.ts';
import { noteLine, printJson, type CliContext } from '../context.ts';
import { liveTerminal } from '../live/live-conditions.ts';
import type { Display, DisplayOptions } from './display-options.ts';
import { messageOf } from '../../shared/errors.ts';
import { awaitedLines } from '../print/awaited.ts';
import { createProgressPrinter } from '../print/progress.ts';

/** JSON lines, a live view, or plain lines. */
export async function openDisplay(
  context: CliContext,
  orchestra: Orchestra,
  options: DisplayOptions,
): Promise<Display> {
  const notes = plainNotes(context, orchestra, options.session.runId);
  if (options.json) return { ...notes, show: (line) => printJson(context, line) };
  if (!liveTerminal(context, options)) return plainDisplay(context, notes, options);
  // Only who has a terminal needs it.
  const { openLiveDisplay } = await import('./live-display.ts');
  return (await openLiveDisplay(context, orchestra, options)) ?? plainDisplay(context, notes, options);
}

type Notes = Omit<Display, 'show'>;

function plainDisplay(context: CliContext, notes: Notes, { session, attended, resumed }: DisplayOptions): Display {
  return {
    ...notes,
    show: createProgressPrinter(context, { runId: session.runId, attended, resumed }),
  };
}

function plainNotes(context: CliContext, orchestra: Orchestra, runId: string): Notes {
  let isOver = false;
  const tellAwaited = async (): Promise<void> => {
    const { awaitedWork } = await import('../../app/awaited-work.ts');
    const row = await orchestra.findRun(runId);
    const lines = finalStates.has(row.state)
      ? ['  waits for its branches to be pushed']
      : awaitedLines(await awaitedWork(orchestra, row), runId, Date.now());
    if (!isOver) for (const line of lines) noteLine(context, line);
  };
  return {
    pausing() {
      // At a terminal the cursor stands behind an echoed ^C.
      noteLine(context, '\nPausing: what runs gets 10 s to end. Another Ctrl-C cancels the run.');
      tellAwaited().catch((thrown: unknown) => {
        // The journal is closed once the run has come to rest: nothing is awaited any more.
        if (!isOver) noteLine(context, `  what is awaited cannot be told: ${messageOf(thrown)}`);
      });
    },
    cancelling() {
      isOver = true;
      noteLine(context, 'Cancelling.');
    },
    end: () => void (isOver = true),
  };
}
