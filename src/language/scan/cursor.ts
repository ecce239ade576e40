import { endOfQuoted } from './quoted.ts';

/** A finding inside a small text (condition, stylesheet). Offset and length in UTF-16 code units. */
export interface TextError {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  /** What to write instead. */
  readonly hint: string;
}

/** A place in a text that moves forward only, so every scan is linear. Patterns must be sticky, unless it says otherwise. */
export class Cursor {
  readonly text: string;
  offset = 0;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** Takes what `pattern` matches here, or nothing. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const taken = pattern.exec(this.text)?.[0];
    this.offset += taken?.length ?? 0;
    return taken;
  }

  /** Goes behind the next place where `pattern`, which must be global, matches: what stood there, or nothing. */
  find(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text);
    if (found) this.offset = found.index + found[0].length;
    return found?.[0];
  }

  /** What `pattern` would take. */
  peek(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    return pattern.exec(this.text)?.[0];
  }
}

/** Identifier of section 2.2. */
export const identifier = /[A-Za-z_][A-Za-z0-9_]*/y;
/** BareValue of section 2.2 and BareLiteral of 10.2. */
export const bareValue = /[A-Za-z_][A-Za-z0-9_.:-]*/y;

/** Mistakes told of one text: whoever made so many looks at all of it again. */
export const mostErrors = 20;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['n', '\n'],
  ['t', '\t'],
  ['\\', '\\'],
]);

/** Takes a string as it is written, up to the end of the text where it is not closed; undefined where none begins. */
export function takeQuoted(cursor: Cursor, quote = /"/y): string | undefined {
  const { text, offset } = cursor;
  if (cursor.peek(quote) === undefined) return undefined;
  cursor.offset = endOfQuoted(text, offset) ?? text.length;
  return text.slice(offset, cursor.offset);
}

/**
 * Takes a string of section 2.2, with exactly its four escapes, and gives its text; an error where one
 * begins and is broken; undefined where none begins. An error leaves the cursor before the string.
 */
export function readString(cursor: Cursor): string | TextError | undefined {
  const { offset } = cursor;
  const quoted = takeQuoted(cursor);
  if (quoted === undefined) return undefined;
  let isBroken = endOfQuoted(quoted, 0) === undefined;
  const text = quoted.slice(1, -1).replace(/\\([^])/gu, (escape, letter: string) => {
    const decoded = escapes.get(letter);
    isBroken ||= decoded === undefined;
    return decoded ?? escape;
  });
  if (!isBroken) return text;
  cursor.offset = offset;
  return {
    offset,
    length: quoted.length,
    message: 'the string is not closed or has an unknown escape',
    hint: 'Close it with `"`; the escapes are \\" \\n \\t \\\\.',
  };
}
