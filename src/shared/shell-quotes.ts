export type Quote = 'none' | 'single' | 'double';

/**
 * Follows which quotes are open while shell text goes by. Substitutions `$(...)` and backticks begin afresh inside.
 * Comments and here-documents are not told apart, so this is good for choosing a way of writing, not for safety.
 */
export class ShellQuotes {
  /** What is open, outermost first: quotes, and the closing character of each substitution or group. */
  readonly #nesting: string[] = [];

  get open(): Quote {
    const innermost = this.#nesting.at(-1);
    if (innermost === '"') return 'double';
    return innermost === "'" ? 'single' : 'none';
  }

  read(text: string): void {
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at] ?? '';
      if (character === '\\' && this.open !== 'single') at += 1;
      else this.#step(character, text[at - 1] === '$');
    }
  }

  #step(character: string, afterDollar: boolean): void {
    const innermost = this.#nesting.at(-1);
    if (character === innermost) this.#nesting.pop();
    else if (innermost === "'") return;
    else if (character === '"' || character === '`') this.#nesting.push(character);
    else if (character === '(' && (afterDollar || innermost !== '"')) this.#nesting.push(')');
    else if (character === "'" && innermost !== '"') this.#nesting.push(character);
  }
}

/**
 * A reference to a variable, written so that it is one word whatever its value, inside the quotes it stands in. The shell
 * does not parse what an expansion yields: where the quotes were guessed wrong, the value is split into words, never run.
 */
export function variableReference(name: string, quote: Quote): string {
  if (quote === 'double') return `\${${name}}`;
  return quote === 'single' ? `'"\${${name}}"'` : `"\${${name}}"`;
}
