import type { Orchestra } from '../../app/orchestra.ts';
import type { Session } from '../../app/session.ts';
import { resultLineOf } from '../../contract/result-line.ts';
import { noteLine, printJson, type CliContext } from '../context.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { printClosing } from '../print/closing.ts';
import { createProgressPrinter } from '../print/progress.ts';

export interface Driven {
  readonly session: Session;
  /** Print events and the result as JSON lines. */
  readonly asJson: boolean | undefined;
  /** Whether somebody here is asked the run's questions. */
  readonly attended: boolean;
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
  { session, asJson, attended, resumed }: Driven,
): Promise<number> {
  const stopListening = listenForSignals(context, session);
  const print = asJson
    ? (line: unknown) => printJson(context, line)
    : createProgressPrinter(context, { runId: session.runId, attended, resumed });
  const printed = (async () => {
    for await (const line of session.events()) print(line);
  })();
  try {
    const { state, view, directoryProblem } = await session.done;
    await printed;
    if (directoryProblem !== undefined)
      noteLine(context, `  ! the run directory could not be written: ${directoryProblem}`);
    if (asJson) printJson(context, resultLineOf(view));
    else await printClosing(context, orchestra, session, view);
    return exitCodeOf(state);
  } finally {
    stopListening();
  }
}

function listenForSignals(context: CliContext, session: Session): () => void {
  let interrupts = 0;
  return context.onSignal((signal) => {
    if (signal === 'SIGINT') interrupts += 1;
    if (interrupts >= 2) {
      noteLine(context, 'Cancelling.');
      session.cancel('interrupted twice');
      return;
    }
    // At a terminal the cursor stands behind an echoed ^C.
    noteLine(context, '\nPausing: what runs gets 10 s to end. Another Ctrl-C cancels the run.');
    session.pause();
  });
}
