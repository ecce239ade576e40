import type { Readable, Writable } from 'node:stream';
import { answerFrom, bareLabel, type Answer, type Question, type QuestionType } from '../contract/question.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import { untilAborted } from '../shared/abort.ts';
import { formatDuration } from '../shared/duration.ts';
import { askInTurn } from './ask-in-turn.ts';
import { createLineReader } from './line-reader.ts';

export interface ConsoleOptions {
  readonly input: Readable;
  /** Where questions and messages are written; not where machine-readable output goes. */
  readonly output: Writable;
}

export interface ConsoleInterviewer extends Interviewer {
  /** Stops reading the input. */
  close(): void;
}

/**
 * Asks at a terminal or over piped input (6.4), one question at a time. Input that answers nothing is asked again;
 * the end of input detaches the console and answers nothing. A question's timeout is a timer of the walk, which
 * aborts the signal; here it is only shown.
 */
export function createConsoleInterviewer({ input, output }: ConsoleOptions): ConsoleInterviewer {
  const reader = createLineReader(input);
  const write = (text: string): void => void output.write(text);
  let turn: Promise<unknown> = Promise.resolve();

  const askNow = async (question: Question, signal: AbortSignal): Promise<Answer> => {
    signal.throwIfAborted();
    write(presentation(question));
    try {
      for (;;) {
        write(cursors[question.type]);
        const answer = answerFrom(question, await reader.next(signal));
        if (answer) return answer;
        write(`  ${hint(question)}\n`);
      }
    } catch (thrown) {
      write(signal.aborted ? '\n  (no longer awaited)\n' : '\n');
      throw thrown;
    }
  };

  const ask: Interviewer['ask'] = (question, signal) => {
    const asked = turn.then(() => askNow(question, signal));
    turn = asked.catch(() => undefined);
    // A question that waits behind another one is given up at once, too.
    return untilAborted(signal, () => asked);
  };

  return {
    ask,
    askMultiple: (questions, signal) => askInTurn(ask, questions, signal),
    inform: async (message, stage) => write(`[${printable(stage)}] ${printable(message)}\n`),
    close: () => reader.close(),
  };
}

function presentation({ text, type, options, timeoutMs, defaultKey }: Question): string {
  const lines = [`[?] ${printable(text)}`];
  if (type === 'MULTIPLE_CHOICE') {
    lines.push(...options.map(({ key, label }) => `  [${key}] ${printable(bareLabel(label))}`));
  }
  if (timeoutMs !== undefined) {
    const then = defaultKey === undefined ? 'the question times out' : `[${defaultKey}] is taken`;
    lines.push(`  Without an answer within ${formatDuration(timeoutMs)}, ${then}.`);
  }
  return `${lines.join('\n')}\n`;
}

const cursors: Readonly<Record<QuestionType, string>> = {
  MULTIPLE_CHOICE: 'Select: ',
  YES_NO: '[y/n]: ',
  CONFIRMATION: '[y/n]: ',
  FREEFORM: '> ',
};

function hint({ type, options }: Question): string {
  if (type === 'MULTIPLE_CHOICE') return `Please answer with one of: ${options.map(({ key }) => key).join(', ')}`;
  return type === 'FREEFORM' ? 'Please type an answer' : 'Please answer y or n';
}

/** Texts may come from agents: control characters, which could steer the terminal, are left out. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? character : ''));
}
