import type { Position, Span } from '../graph/span.ts';

/**
 * A text of a file, which knows its places. Offsets are what readers count; lines and columns are told
 * when somebody asks, as most never are: a graph of many nodes keeps two numbers for each of its places.
 */
export class SourceText {
  /** As diagnostics shall name it. */
  readonly file: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** The stretch from one offset up to another, which is not part of it. */
  span(from: number, to: number): TextSpan {
    return new TextSpan(this, from, to);
  }

  positionAt(offset: number): Position {
    this.#lineStarts ??= lineStartsOf(this.text);
    const line = lastAtMost(this.#lineStarts, offset);
    return { line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1, offset };
  }
}

export class TextSpan implements Span {
  readonly #source: SourceText;
  readonly #from: number;
  readonly #to: number;

  constructor(source: SourceText, from: number, to: number) {
    this.#source = source;
    this.#from = from;
    this.#to = to;
  }

  get file(): string {
    return this.#source.file;
  }

  get start(): Position {
    return this.#source.positionAt(this.#from);
  }

  get end(): Position {
    return this.#source.positionAt(this.#to);
  }

  /** From the beginning of this one to the end of another. */
  upTo(last: TextSpan): TextSpan {
    return new TextSpan(this.#source, this.#from, last.#to);
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (const { index, 0: lineEnd } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + lineEnd.length);
  return starts;
}

/** Where the last of some ascending numbers stands that is not above `limit`. */
function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle;
  }
  return low;
}
