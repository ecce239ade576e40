import { modelProperties } from './stylesheet.ts';

/** A property that other tools know without its prefix, and where its name stands. */
export interface ShortName {
  readonly offset: number;
  readonly written: string;
  readonly property: string;
}

// A gap may be an escape, since the text stands in a quoted literal; strings are passed over whole.
const gap = String.raw`(?:\s|\\[nt])*`;
const string = String.raw`\\"(?:[^"\\]|\\[^"])*\\"`;
const declared = new RegExp(`${string}|([{;]${gap})(model|provider)(?=${gap}:)`, 'g');

/** The short names in a stylesheet, which is given as the literal of DOT that holds it. Linear in its length. */
export function shortNames(literal: string): readonly ShortName[] {
  return [...literal.matchAll(declared)].flatMap(({ index, 1: before, 2: written }) =>
    before === undefined || written === undefined
      ? []
      : [{ offset: index + before.length, written, property: longName(written) ?? written }],
  );
}

/** The property that a name stands for when `llm_` is written before it. */
export function longName(written: string): string | undefined {
  return modelProperties.find((property) => property === `llm_${written}`);
}
