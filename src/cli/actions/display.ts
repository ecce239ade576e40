import type { Orchestra } from '../../app/orchestra.ts';
import type { Session } from '../../app/session.ts';
import type { EventLine } from '../../contract/event-line.ts';
import { noteLine, printJson, type CliContext } from '../context.ts';
import { liveTerminal, type DisplayWish } from '../live/live-conditions.ts';
import type { LiveDesk } from '../live/live-desk.ts';
import { messageOf } from '../../shared/errors.ts';
import { awaitedLines } from '../print/awaited.ts';
import { createProgressPrinter } from '../print/progress.ts';

/** Where a run is seen while it goes on. */
export interface Display {
  show(line: EventLine): void | Promise<void>;
  /** The run is being stopped: what runs may end by itself until then, in milliseconds since the epoch. */
  pausing(until: number): void;
  cancelling(): void;
  /** @param isInterrupted whether work is left that nobody walks */
  end(isInterrupted: boolean): void;
}

export interface DisplayOptions extends DisplayWish {
  readonly session: Session;
  /** Whether somebody here is asked the run's questions, and at which desk of a live view. */
  readonly attended: boolean;
  readonly desk: LiveDesk | undefined;
  /** Name of the pipeline, where its run goes on. */
  readonly resumed: string | undefined;
}

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
    const lines = awaitedLines(await awaitedWork(orchestra, await orchestra.findRun(runId)), runId, Date.now());
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
