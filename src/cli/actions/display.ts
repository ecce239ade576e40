import type { Orchestra } from '../../app/orchestra.ts';
import type { Session } from '../../app/session.ts';
import type { EventLine } from '../../contract/event-line.ts';
import { noteLine, printJson, type CliContext } from '../context.ts';
import { liveTerminal, type DisplayWish } from '../live/live-conditions.ts';
import type { LiveDesk } from '../live/live-desk.ts';
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
  if (options.json) return { ...plainNotes(context), show: (line) => printJson(context, line) };
  if (!liveTerminal(context, options)) return plainDisplay(context, options);
  // Only who has a terminal needs it.
  const { openLiveDisplay } = await import('./live-display.ts');
  return (await openLiveDisplay(context, orchestra, options)) ?? plainDisplay(context, options);
}

function plainDisplay(context: CliContext, { session, attended, resumed }: DisplayOptions): Display {
  return {
    ...plainNotes(context),
    show: createProgressPrinter(context, { runId: session.runId, attended, resumed }),
  };
}

function plainNotes(context: CliContext): Omit<Display, 'show'> {
  return {
    // At a terminal the cursor stands behind an echoed ^C.
    pausing: () => noteLine(context, '\nPausing: what runs gets 10 s to end. Another Ctrl-C cancels the run.'),
    cancelling: () => noteLine(context, 'Cancelling.'),
    end: () => undefined,
  };
}
