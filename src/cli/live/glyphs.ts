import type { RowState } from './row.ts';

/** The signs of a picture. Each state has its own, so that no meaning hangs on colour. */
export interface Glyphs {
  readonly states: Readonly<Record<RowState, string>>;
  readonly interrupted: string;
  readonly ellipsis: string;
  readonly separator: string;
  readonly barDone: string;
  readonly barLeft: string;
  /** Whether the terminal shows nothing but ASCII. */
  readonly isAscii: boolean;
}

const unicode: Glyphs = {
  states: {
    pending: '○',
    running: '●',
    waiting: '?',
    retrying: '↻',
    done: '✓',
    partial: '◐',
    skipped: '–',
    failed: '✗',
    cancelled: '⊘',
  },
  interrupted: '‖',
  ellipsis: '…',
  separator: ' · ',
  barDone: '━',
  barLeft: '─',
  isAscii: false,
};

/** The signs of the plain lines, where they have one for the same. */
const ascii: Glyphs = {
  states: {
    pending: '.',
    running: '>',
    waiting: '?',
    retrying: '~',
    done: '+',
    partial: '%',
    skipped: '-',
    failed: 'x',
    cancelled: '/',
  },
  interrupted: '"',
  ellipsis: '...',
  separator: ', ',
  barDone: '#',
  barLeft: '-',
  isAscii: true,
};

/** Signs for the locale of an environment, read as POSIX says: the first of the three that is set decides. */
export function glyphsFor(env: Readonly<Record<string, string | undefined>>): Glyphs {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return /utf-?8/i.test(locale ?? '') ? unicode : ascii;
}
