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
/** A whole string of section 2.2, with exactly its four escapes. */
const quotedString = /"(?:[^"\\]|\\["nt\\])*"/y;
/** A string that is not closed, or has other escapes: taken up to the closing quote to go on behind it. */
export const brokenString = /"(?:[^"\\]|\\[^])*(?:"|\\?$)/y;

const escapes: Readonly<Record<string, string>> = { '"': '"', n: '\n', t: '\t', '\\': '\\' };

/** Takes a quoted string and gives its text; an error where one begins and is broken; undefined where none begins. */
export function readString(cursor: Cursor): string | TextError | undefined {
  const quoted = cursor.take(quotedString);
  if (quoted !== undefined) return unquote(quoted);
  const broken = cursor.peek(brokenString);
  if (broken === undefined) return undefined;
  return {
    offset: cursor.offset,
    length: broken.length,
    message: 'the string is not closed or has an unknown escape',
    hint: 'Close it with `"`; the escapes are \\" \\n \\t \\\\.',
  };
}

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(["nt\\])/g, (_whole, letter: string) => escapes[letter] ?? letter);
}
