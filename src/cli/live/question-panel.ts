import { bareLabel, type Question } from '../../contract/question.ts';
import { columnsOf } from '../../language/picture/text-layout.ts';
import { beginning, clipTo, firstCharacter, indented, onOneLine, wrapTo } from './fit.ts';
import type { Glyphs } from './glyphs.ts';
import { span, type Line } from './line.ts';
import { shortDuration } from './quantities.ts';

/** A question as the picture shows it. */
export interface ShownQuestion {
  readonly question: Question;
  /** Milliseconds since the epoch; counts down to the question's timeout. */
  readonly since: number;
  /** Open questions behind this one. */
  readonly more: number;
  /** How it is answered where nobody is asked here: a command. */
  readonly command: string | undefined;
  /** What is typed here; undefined where nobody is asked. */
  readonly input: TypedLine | undefined;
}

export interface TypedLine {
  /** What stands before the text, for example `Select: `. */
  readonly prompt: string;
  readonly text: string;
  /** Position in `text`, in UTF-16 units. */
  readonly cursor: number;
  /** Why what was typed last is no answer. */
  readonly hint: string | undefined;
}

export interface PanelSize {
  readonly width: number;
  /** Most lines the panel may take; at least 2. */
  readonly height: number;
}

/** The question, its options and the line an answer is typed on; options go before the answer does. */
export function questionLines(shown: ShownQuestion, size: PanelSize, now: number, glyphs: Glyphs): readonly Line[] {
  const { width, height } = size;
  const answer = answerLines(shown, width, glyphs);
  const room = Math.max(1, height - answer.length);
  const { question } = shown;
  const options = question.type === 'MULTIPLE_CHOICE' ? question.options : [];
  const notes = noteTexts(shown, now);
  const wanted = options.length + notes.length;
  const text = wrapTo(`? ${question.text}`, width, Math.max(1, Math.min(8, room - wanted)), glyphs);
  const lines = [
    ...text.map((line): Line => [span(line, 'strong')]),
    ...options.map(({ key, label }): Line => {
      const head = `${indented(`[${key}]`, 2, width - 1, glyphs)} `;
      return [span(head, 'asking'), span(clipTo(bareLabel(label), width - columnsOf(head), glyphs))];
    }),
    ...notes.map((note): Line => [span(indented(note, 2, width, glyphs), 'quiet')]),
  ];
  return [...lines.slice(0, room), ...answer];
}

function noteTexts({ question, since, more }: ShownQuestion, now: number): readonly string[] {
  const { timeoutMs, defaultKey } = question;
  const texts: string[] = [];
  if (timeoutMs !== undefined) {
    const silence = defaultKey === undefined ? 'Times out' : `[${defaultKey}] is taken`;
    texts.push(`${silence} in ${shortDuration(since + timeoutMs - now, false)}.`);
  }
  if (more > 0) texts.push(`${more} more ${more === 1 ? 'question is' : 'questions are'} open.`);
  return texts;
}

function answerLines({ input, command }: ShownQuestion, width: number, glyphs: Glyphs): readonly Line[] {
  if (input) {
    const hint = input.hint === undefined ? [] : [[span(indented(input.hint, 2, width, glyphs), 'bad')]];
    return [...hint, inputLine(input, width, glyphs)];
  }
  return command === undefined ? [] : [[span(indented(`Answer with: ${command}`, 2, width, glyphs), 'quiet')]];
}

/** The part of what is typed that holds the cursor; the cursor is drawn, as the terminal's own one rests elsewhere. */
function inputLine({ prompt, text, cursor }: TypedLine, width: number, glyphs: Glyphs): Line {
  const label = clipTo(prompt, Math.max(1, width - 4), glyphs);
  const head = label.endsWith(' ') || label === '' ? label : `${label} `;
  const after = shown(text.slice(cursor), glyphs);
  const under = firstCharacter(after) ?? ' ';
  const room = Math.max(0, width - columnsOf(head) - columnsOf(under));
  const before = lastColumns(shown(text.slice(0, cursor), glyphs), room);
  const behind = beginning(after.slice(under.length), room - columnsOf(before));
  return [span(head, 'asking'), span(before), span(under, 'cursor'), span(behind)];
}

/** Typed spaces are kept, unlike those of texts. */
function shown(typed: string, glyphs: Glyphs): string {
  return typed.replace(/\S+/gu, (word) => onOneLine(word, word.length, glyphs));
}

function lastColumns(text: string, columns: number): string {
  const characters = [...text];
  while (characters.length > 0 && columnsOf(characters.join('')) > columns) characters.shift();
  return characters.join('');
}
