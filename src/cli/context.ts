import type { Readable } from 'node:stream';
import type { CommandContext, StricliProcess } from '@stricli/core';

/** What has the terminal for itself: nothing else writes there meanwhile. */
export interface LiveTerminal {
  /** Takes a line that would go to stderr. */
  note(text: string): void;
  /** Says what holds everything up, as long as this is told again. */
  obstacle(text: string): void;
}

/** What commands see of the process they run in; tests pass their own. */
export interface CliContext extends CommandContext {
  readonly process: StricliProcess;
  /** Undefined where nobody can say anything: it is closed, or the null device. */
  readonly stdin: (Readable & { readonly isTTY?: boolean }) | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Words of the command line a shell wants completed, the last one unfinished; absent when a command runs. */
  readonly words?: readonly string[];
  /** Calls back on SIGINT or SIGTERM; returns how to stop listening. */
  onSignal(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** Who has the terminal, if anybody. */
  readonly screen: { owner: LiveTerminal | undefined };
}

/** Writes one line of a command's result. */
export function printLine(context: CliContext, text: string): void {
  writeLine(context.process.stdout, text);
}

/** Writes one line beside the result: progress, notices, errors. */
export function noteLine(context: CliContext, text: string): void {
  const { owner } = context.screen;
  if (owner) owner.note(text);
  else writeLine(context.process.stderr, text);
}

/** Texts come from agents and tools, too: at a terminal they must not be able to steer it. */
function writeLine(stream: CliContext['process']['stdout'] & { readonly isTTY?: boolean }, text: string): void {
  stream.write(`${stream.isTTY ? text.replace(controlCharacters, ' ') : text}\n`);
}

const controlCharacters = /[^\P{Cc}\n\t]/gu;

/** Writes a document of the machine interface on one line. */
export function printJson<T = unknown>(context: CliContext, document: T): void {
  printLine(context, JSON.stringify(document));
}

/** Width of the terminal; undefined where the output goes elsewhere. */
export function columnsOf(context: CliContext): number | undefined {
  return (context.process.stdout as Partial<NodeJS.WriteStream>).columns;
}
