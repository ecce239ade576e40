import { lineText, type Line } from './line.ts';

/** The terminal a picture is drawn on. */
export interface ScreenOutput {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

const escape = {
  hideCursor: '\u001B[?25l',
  showCursor: '\u001B[?25h',
  /** Too long a line, in the eyes of the terminal, is cut instead of pushing all others down. */
  wrapOff: '\u001B[?7l',
  wrapOn: '\u001B[?7h',
  /** Terminals that know it show everything in between at once. */
  beginUpdate: '\u001B[?2026h',
  endUpdate: '\u001B[?2026l',
  clearLine: '\u001B[2K',
  clearBelow: '\u001B[J',
} as const;

/**
 * A picture at the end of what a terminal shows, redrawn in place: only lines that changed are written.
 * In between the cursor rests, hidden, at the picture's upper left: wherever a resized terminal has moved
 * the picture and however it has broken its lines, what lies below the cursor is the picture and nothing else.
 */
export class Screen {
  readonly #output: ScreenOutput;
  readonly #hasColours: boolean;
  /** Lines as they stand on the terminal; undefined while there is no picture. */
  #shown: readonly string[] | undefined;
  /** The terminal has changed under the picture: nothing on it is taken for granted. */
  #isStale = false;

  constructor(output: ScreenOutput, hasColours: boolean) {
    this.#output = output;
    this.#hasColours = hasColours;
  }

  get width(): number {
    return this.#output.columns;
  }

  /** The last row stays free, so that drawing never scrolls a line away. */
  get height(): number {
    return Math.max(1, this.#output.rows - 1);
  }

  /** The terminal was resized. */
  resized(): void {
    this.#isStale = true;
  }

  draw(lines: readonly Line[]): void {
    const next = this.#texts(lines);
    const known = this.#isStale ? undefined : this.#shown;
    if (known && known.length === next.length && next.every((line, row) => line === known[row])) return;
    this.#write(known ? changes(next, known) : `${painted(next)}${back(next.length - 1)}`);
    this.#shown = next;
    this.#isStale = false;
  }

  /** Puts lines above the picture, where they stay. */
  above(lines: readonly Line[]): void {
    const kept = this.#texts(lines);
    const shown = this.#shown;
    if (shown === undefined) this.#output.write(kept.map((line) => `${line}\r\n`).join(''));
    else this.#write(`${painted([...kept, ...shown])}${back(shown.length - 1)}`);
  }

  /** Takes the picture away and gives the terminal back; `lines` stay in its place. */
  leave(lines: readonly Line[]): void {
    this.#write(`${painted([...this.#texts(lines), ''])}\r`);
    this.#output.write(escape.showCursor);
    this.#shown = undefined;
  }

  /** Gives the terminal back in a hurry, below the picture as it stands. */
  abandon(): void {
    if (this.#shown === undefined) return;
    const down = this.#shown.length > 1 ? `\u001B[${this.#shown.length - 1}B` : '';
    this.#output.write(`${down}\r\n${escape.wrapOn}${escape.showCursor}`);
    this.#shown = undefined;
  }

  #texts(lines: readonly Line[]): readonly string[] {
    return lines.map((line) => lineText(line, this.#hasColours));
  }

  #write(drawing: string): void {
    const { beginUpdate, hideCursor, wrapOff, wrapOn, endUpdate } = escape;
    this.#output.write(`${beginUpdate}${hideCursor}${wrapOff}${drawing}${wrapOn}${endUpdate}`);
  }
}

/**
 * Lines from the cursor down, and nothing below them. The screen is cleared from the last line on, as some
 * terminals move a screen that is cleared from its upper left into their history.
 */
function painted(lines: readonly string[]): string {
  const last = lines.length - 1;
  return lines.map((line, row) => `${row === last ? escape.clearBelow : escape.clearLine}${line}`).join('\r\n');
}

/** Writes what differs, from the upper left and back to it. */
function changes(next: readonly string[], known: readonly string[]): string {
  const lines = next.map((line, row) => (line === known[row] ? '' : `${escape.clearLine}${line}`));
  const hasShrunk = known.length > next.length;
  const rest = hasShrunk ? `\r\n${escape.clearBelow}` : '';
  return `${lines.join('\r\n')}${rest}${back(next.length - (hasShrunk ? 0 : 1))}`;
}

function back(rows: number): string {
  return rows > 0 ? `\r\u001B[${rows}A` : '\r';
}
