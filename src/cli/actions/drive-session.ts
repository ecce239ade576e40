import type { Orchestra } from '../../app/orchestra.ts';
import type { Session } from '../../app/session.ts';
import { resultLineOf } from '../../contract/result-line.ts';
import { finalStates } from '../../contract/run.ts';
import { graceMs } from '../../runtime/local/pause.ts';
import { noteLine, printJson, type CliContext } from '../context.ts';
import { exitCodeOf } from '../exit-codes.ts';
import type { DisplayWish } from '../live/live-conditions.ts';
import { printClosing } from '../print/closing.ts';
import type { Display } from './display-options.ts';
import { openDisplay } from './display.ts';
import type { AttachedInterviewer } from './interviewer.ts';

export interface Driven {
  readonly session: Session;
  /** How it is shown; `json` prints events and the result as JSON lines. */
  readonly wish: DisplayWish;
  /** Who is asked the run's questions here. */
  readonly attached: AttachedInterviewer | undefined;
  /** Name of the pipeline, where its run goes on. */
  readonly resumed?: string;
}

/**
 * Follows a session to its end: events as they come, then the result. The first interrupt pauses (the
 * run stays resumable), a second cancels; SIGTERM pauses.
 * @returns the exit code
 */
export async function driveSession(
  context: CliContext,
  orchestra: Orchestra,
  { session, wish, attached, resumed }: Driven,
): Promise<number> {
  const attended = attached?.interviewer !== undefined;
  const display = await openDisplay(context, orchestra, { ...wish, session, attended, desk: attached?.desk, resumed });
  const stopListening = listenForSignals(context, session, display);
  const shown = (async () => {
    for await (const line of session.events()) await display.show(line);
  })();
  let isInterrupted = true;
  try {
    const { state, view, directoryProblem } = await session.done;
    await shown;
    isInterrupted = !finalStates.has(state);
    display.end(isInterrupted);
    if (directoryProblem !== undefined)
      noteLine(context, `  ! the run directory could not be written: ${directoryProblem}`);
    if (wish.json) printJson(context, resultLineOf(view));
    else await printClosing(context, orchestra, session, view);
    return exitCodeOf(state);
  } finally {
    display.end(isInterrupted);
    stopListening();
  }
}

function listenForSignals(context: CliContext, session: Session, display: Display): () => void {
  let interrupts = 0;
  return context.onSignal((signal) => {
    if (signal === 'SIGINT') interrupts += 1;
    if (interrupts >= 2) {
      display.cancelling();
      session.cancel('interrupted twice');
      return;
    }
    display.pausing(Date.now() + graceMs);
    session.pause();
  });
}
