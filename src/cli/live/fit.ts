import { columnsOf, padTo, wrapText } from '../../language/picture/text-layout.ts';
import type { Glyphs } from './glyphs.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** More characters than this for each column are not looked at. */
const charactersPerColumn = 16;

/** Line ends, controls and characters that turn the direction of writing: texts of agents cannot steer the terminal. */
const steering = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/** A text on one line, in the characters the terminal shows; only its beginning where it is longer than that. */
export function onOneLine(text: string, columns: number, { isAscii }: Glyphs): string {
  const line = text
    .slice(0, (columns + 1) * charactersPerColumn)
    .replace(steering, ' ')
    .trim();
  return isAscii ? line.replace(/[^\x20-\x7E]/gu, '?') : line;
}

/** A text on one line of at most `columns`, its end marked where something is missing. */
export function clipTo(text: string, columns: number, glyphs: Glyphs): string {
  const line = onOneLine(text, columns, glyphs);
  if (columnsOf(line) <= columns) return line;
  const mark = glyphs.ellipsis.length < columns ? glyphs.ellipsis : '';
  return beginning(line, columns - mark.length) + mark;
}

/** The same behind an indentation. */
export function indented(text: string, indent: number, columns: number, glyphs: Glyphs): string {
  const room = Math.min(indent, Math.max(0, columns - 1));
  return ' '.repeat(room) + clipTo(text, columns - room, glyphs);
}

/** A text in exactly `columns`. */
export function fitTo(text: string, columns: number, glyphs: Glyphs): string {
  return padTo(clipTo(text, columns, glyphs), columns);
}

/** The lines of a text, at most so many; longer words are cut, and the end is marked where something is missing. */
export function wrapTo(text: string, columns: number, limit: number, glyphs: Glyphs): readonly string[] {
  const readable = onOneLine(text, columns * limit, glyphs);
  const lines = wrapText(readable, columns).map((line) => clipTo(line, columns, glyphs));
  if (lines.length <= limit) return lines;
  const last = clipTo(`${lines[limit - 1] ?? ''}${glyphs.ellipsis}`, columns, glyphs);
  return [...lines.slice(0, limit - 1), last];
}

/** The first character as a person sees it. */
export function firstCharacter(text: string): string | undefined {
  return graphemes.segment(text).containing(0)?.segment;
}

/** As much of the beginning of a line as `columns` hold. */
export function beginning(line: string, columns: number): string {
  let taken = '';
  let left = columns;
  for (const { segment } of graphemes.segment(line)) {
    left -= columnsOf(segment);
    if (left < 0) break;
    taken += segment;
  }
  return taken;
}
