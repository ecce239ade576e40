import type { AttributeValue } from '../graph/graph.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const duration = /^(-?\d+)(ms|s|m|h|d)$/;
const integer = /^-?\d+$/;
const float = /^-?\d*\.\d+$/;
const bare = /^[A-Za-z_][A-Za-z0-9_.:-]*$/;

/**
 * The unquoted literal `text` is (2.2, 2.4): `too_large` when its number cannot be kept exactly,
 * undefined when the text is no literal and has to be quoted.
 */
export function unquotedLiteral(text: string): AttributeValue | 'too_large' | undefined {
  if (text === 'true' || text === 'false') return { kind: 'boolean', text, boolean: text === 'true' };
  if (bare.test(text)) return { kind: 'bare', text };
  if (integer.test(text)) {
    const number = Number(text);
    return Number.isSafeInteger(number) ? { kind: 'integer', text, number } : 'too_large';
  }
  if (float.test(text)) {
    const number = Number(text);
    return Number.isFinite(number) ? { kind: 'float', text, number } : 'too_large';
  }
  const match = duration.exec(text);
  if (!match) return undefined;
  // The pattern admits only the units of the table.
  const ms = Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
  return Number.isSafeInteger(ms) ? { kind: 'duration', text, ms } : 'too_large';
}

export interface DecodedString {
  readonly text: string;
  /** The first escape that section 2.2 does not know, and where it stands in the literal. */
  readonly unknownEscape?: { readonly escape: string; readonly offset: number };
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['n', '\n'],
  ['t', '\t'],
  ['\\', '\\'],
]);

/** The text of a quoted literal, escapes decoded in one pass: `\\n` is a backslash and an `n`. */
export function decodeString(literal: string): DecodedString {
  const body = literal.slice(1, -1);
  if (!body.includes('\\')) return { text: body };
  let unknownEscape: DecodedString['unknownEscape'];
  const text = body.replace(/\\([^])/gu, (escape, letter: string, offset: number) => {
    const decoded = escapes.get(letter);
    if (decoded === undefined) unknownEscape ??= { escape, offset: offset + 1 };
    return decoded ?? escape;
  });
  return unknownEscape === undefined ? { text } : { text, unknownEscape };
}

/** Where in a quoted literal each backslash stands that begins no escape of section 2.2. */
export function unknownEscapes(literal: string): readonly number[] {
  return [...literal.matchAll(/\\([^])/gu)].flatMap(({ 1: letter = '', index }) =>
    escapes.has(letter) ? [] : [index],
  );
}

/** The literal that reads back as `text`. */
export function encodeString(text: string): string {
  const escaped = text.replace(/["\\\n\t]/g, (character) => {
    if (character === '\n') return String.raw`\n`;
    if (character === '\t') return String.raw`\t`;
    return `\\${character}`;
  });
  return `"${escaped}"`;
}
