import { readFileSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import type { CliContext } from '../context.ts';

export interface DisplayWish {
  readonly json?: boolean | undefined;
  readonly plain?: boolean | undefined;
  /** Colours whatever the terminal says, or none. */
  readonly color?: boolean | undefined;
}

/**
 * The terminal a live view is drawn on: that of stderr. Undefined where plain lines are written: on request, for
 * programs, in CI, on a terminal that cannot move its cursor, and in the background, where it belongs to others.
 */
export function liveTerminal({ process, env }: CliContext, { json, plain }: DisplayWish): WriteStream | undefined {
  const stderr = process.stderr as Partial<WriteStream>;
  const { TERM: terminal = 'dumb', CI: ci } = env;
  if (json || plain || !stderr.isTTY || isDumb(terminal) || isSet(ci) || !isInForeground()) return undefined;
  // Node.js gives a terminal as this class.
  return stderr as WriteStream;
}

/** The flag decides, then FORCE_COLOR and NO_COLOR, then what the terminal can do. */
export function hasColours(terminal: WriteStream, { env }: CliContext, { color }: DisplayWish): boolean {
  return color ?? terminal.hasColors(8, { ...env });
}

function isDumb(terminal: string): boolean {
  return terminal === '' || terminal === 'dumb';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}

/** Whether this process may use its terminal now. Where the system does not tell, it may. */
export function isInForeground(): boolean {
  let status: string;
  try {
    status = readFileSync('/proc/self/stat', 'latin1');
  } catch {
    // Only Linux has this file.
    return true;
  }
  // The name of the program, in brackets, may hold spaces: fields are counted behind it.
  const [, , , group, , , terminalGroup] = status.slice(status.lastIndexOf(')') + 1).split(' ');
  return terminalGroup === '-1' || terminalGroup === group;
}
