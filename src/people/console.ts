import type { Readable, Writable } from 'node:stream';
import { bareLabel, type Question } from '../contract/question.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import { formatDuration } from '../shared/duration.ts';
import { createDeskInterviewer, promptFor, type QuestionEnd } from './desk.ts';
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

/** Asks at a terminal or over piped input (6.4); the end of input detaches the console and answers nothing. */
export function createConsoleInterviewer({ input, output }: ConsoleOptions): ConsoleInterviewer {
  const reader = createLineReader(input);
  const write = (text: string): void => void output.write(text);
  const interviewer = createDeskInterviewer({
    show: (question) => write(presentation(question)),
    line(question, signal) {
      write(promptFor(question));
      return reader.next(signal);
    },
    refuse: (_question, hint) => write(`  ${hint}\n`),
    close: (_question, end) => write(partings[end]),
    inform: (message, stage) => write(`[${printable(stage)}] ${printable(message)}\n`),
  });
  return { ...interviewer, close: () => reader.close() };
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

/** A line that was begun with the prompt is ended where nothing was typed. */
const partings: Readonly<Record<QuestionEnd, string>> = {
  answered: '',
  withdrawn: '\n  (no longer awaited)\n',
  left: '\n',
};

/** Texts may come from agents: control characters, which could steer the terminal, are left out. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? character : ''));
}
