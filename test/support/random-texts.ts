import { Random } from './random.ts';

/** Where random texts of a language come from. */
export interface Language {
  /** A text of the language, by its grammar. */
  readonly valid: (random: Random) => string;
  /** Its words, and words people write by mistake. */
  readonly words: readonly string[];
}

/** Characters that readers trip over: ends of lines, marks, halves of pairs, other alphabets. */
const oddCharacters = [
  ...'\0\uFEFF\r\n\t\u00A0\u2028\uD800\uDC00\u6f22\u202E"\'\\`\u201C\uFFFF\u007F\u001B'.split(''),
  '\r\n',
  '\u{1F680}',
  'e\u0301',
];

/** Names that objects have by birth. */
export const innateNames =
  '__proto__ constructor toString valueOf hasOwnProperty isPrototypeOf __defineGetter__ prototype'.split(' ');

/**
 * Texts from three sources in turn: the grammar, texts of the grammar with pieces changed, and soup of words.
 * The same seed gives the same texts.
 */
export function* randomTexts({ valid, words }: Language, cases: number, seed: number): Generator<string> {
  for (let index = 0; index < cases; index += 1) {
    const random = new Random(seed * 1_000_003 + index);
    if (index % 3 === 0) yield valid(random);
    else if (index % 3 === 1) yield mutated(random, valid(random), words);
    else yield soup(random, words);
  }
}

function mutated(random: Random, text: string, words: readonly string[]): string {
  let result = text;
  for (let changes = 1 + random.below(4); changes > 0; changes -= 1) result = changed(random, result, words);
  return result;
}

function changed(random: Random, text: string, words: readonly string[]): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + random.below(random.once(4) ? 40 : 4));
  const piece = text.slice(at, end);
  const other = random.below(text.length + 1);
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + text.slice(end);
    case 1:
      return text.slice(0, at) + random.pick(oddCharacters) + text.slice(at);
    case 2:
      return text.slice(0, at) + random.pick(words) + text.slice(at);
    case 3:
      return text.slice(0, other) + piece + text.slice(other);
    case 4:
      return text.slice(0, at) + String.fromCharCode(random.below(random.once(2) ? 128 : 65_536)) + text.slice(end);
    case 5:
      return text.slice(0, at);
    default:
      return text.slice(0, at) + text.slice(other);
  }
}

function soup(random: Random, words: readonly string[]): string {
  const parts = random.some(24, () => (random.once(12) ? random.pick(oddCharacters) : random.pick(words)));
  return parts.join(random.pick(['', ' ', '\n']));
}
