/**
 * A terminal on paper: what programs write on it can be read, line by line. It knows what the live view
 * uses, for text of one column a character, and fails on anything else.
 */
export class PaperTerminal {
  columns: number;
  rows: number;
  cursorIsShown = true;
  /** Everything that was ever written. */
  written = '';
  /** From the first line that scrolled away on. */
  readonly #lines: string[] = [''];
  #top = 0;
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  /** All lines, those that scrolled away included, without blanks at their ends. */
  get lines(): readonly string[] {
    return this.#lines.map((line) => line.trimEnd());
  }

  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row, column: this.#column };
  }

  write(text: string): void {
    this.written += text;
    // oxlint-disable-next-line no-control-regex -- what steers a terminal
    for (const [part, , parameter = '', final] of text.matchAll(/(\u001B\[(\??\d*)([A-Za-z]))|[^\u001B]/gu)) {
      if (final === undefined) this.#character(part);
      else this.#steer(parameter, final);
    }
  }

  #character(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#down();
    else if (this.#column < this.columns) {
      const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
      this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
      this.#column += 1;
    }
  }

  #down(): void {
    this.#row += 1;
    if (this.#row === this.#lines.length) this.#lines.push('');
    this.#top = Math.max(this.#top, this.#row - this.rows + 1);
  }

  #steer(parameter: string, final: string): void {
    switch (`${parameter.startsWith('?') ? parameter : ''}${final}`) {
      case 'A':
        this.#row = Math.max(this.#top, this.#row - Number(parameter));
        return;
      case 'B':
        this.#row = Math.min(this.#lines.length - 1, this.#row + Number(parameter));
        return;
      case 'K':
        this.#lines[this.#row] = '';
        return;
      case 'J':
        this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column);
        this.#lines.splice(this.#row + 1);
        return;
      case '?25h':
      case '?25l':
        this.cursorIsShown = final === 'h';
        return;
      case '?7h':
      case '?7l':
      case '?2026h':
      case '?2026l':
        return;
      default:
        throw new Error(`this terminal does not know ${parameter}${final}`);
    }
  }
}
