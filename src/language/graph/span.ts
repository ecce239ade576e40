/** A place in a source text. Lines and columns are 1-based, offsets 0-based, all in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** A stretch of one file; `end` is exclusive. */
export interface Span {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** Where it begins, as editors and terminals know it: `file:line:column`. */
export function placeText({ file, start }: Span): string {
  return `${file}:${start.line}:${start.column}`;
}

const origin: Position = { line: 1, column: 1, offset: 0 };

/** For what no text says: nodes a transform adds, graphs built in code. */
export function noSpan(file: string): Span {
  return { file, start: origin, end: origin };
}

/** Whether a text has something there. */
export function isPlace({ start, end }: Span): boolean {
  return end.offset > start.offset;
}
