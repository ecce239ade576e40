import { setImmediate } from 'node:timers/promises';
import type { Interviewer } from '../../engine/ports/interviewer.ts';
import { createAutoApproveInterviewer } from '../../people/auto-approve.ts';
import { createConsoleInterviewer } from '../../people/console.ts';
import { createDeskInterviewer } from '../../people/desk.ts';
import { createQueueInterviewer } from '../../people/queue.ts';
import type { CliContext } from '../context.ts';
import { liveTerminal, type DisplayWish } from '../live/live-conditions.ts';
import { LiveDesk } from '../live/live-desk.ts';

export interface InterviewerWish extends DisplayWish {
  readonly autoApprove: boolean | undefined;
  /** A prepared list. */
  readonly answers: readonly string[] | undefined;
}

export interface AttachedInterviewer {
  readonly interviewer: Interviewer | undefined;
  /** Where it asks, if that is a live view. */
  readonly desk?: LiveDesk;
  close(): void;
}

/**
 * Who answers in this process: a prepared list, the automatic yes, else the console. Machine-readable
 * output has a console only at a terminal: a program's pipe is not a person.
 */
export function attachInterviewer(context: CliContext, wish: InterviewerWish): AttachedInterviewer {
  const nothing = (): void => undefined;
  if (wish.answers) return { interviewer: createQueueInterviewer(wish.answers), close: nothing };
  if (wish.autoApprove) return { interviewer: createAutoApproveInterviewer(), close: nothing };
  const { stdin } = context;
  if (!stdin || (wish.json && !stdin.isTTY)) return { interviewer: undefined, close: nothing };
  if (liveTerminal(context, wish)) {
    const desk = new LiveDesk(stdin.isTTY ? undefined : stdin);
    return { interviewer: createDeskInterviewer(desk), desk, close: () => desk.dispose() };
  }
  const console = createConsoleInterviewer({ input: stdin, output: context.process.stderr as NodeJS.WriteStream });
  return { interviewer: afterPrinting(console), close: () => console.close() };
}

/** Asks when what happened before the question has been printed. */
function afterPrinting(interviewer: Interviewer): Interviewer {
  return {
    ...interviewer,
    async ask(question, signal) {
      await setImmediate();
      return interviewer.ask(question, signal);
    },
  };
}
