/** What a piece of text means; colours and weights only repeat what its words and signs say. */
export type Tone = 'plain' | 'strong' | 'quiet' | 'good' | 'bad' | 'busy' | 'asking' | 'cursor';

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of a picture, not wider than the terminal it is drawn for. */
export type Line = readonly Span[];

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone };
}

/** Select Graphic Rendition parameters of each tone. */
const renditions: Readonly<Record<Exclude<Tone, 'plain'>, number>> = {
  strong: 1,
  quiet: 2,
  good: 32,
  bad: 31,
  busy: 36,
  asking: 33,
  cursor: 7,
};

/** The line as a terminal takes it; without colours, as plain text in which an underscore stands for the cursor. */
export function lineText(line: Line, hasColours: boolean): string {
  const text = line.map((part) => (hasColours ? rendered(part) : plain(part))).join('');
  return text.trimEnd();
}

function rendered({ text, tone }: Span): string {
  return tone === 'plain' || text === '' ? text : `\u001B[${renditions[tone]}m${text}\u001B[0m`;
}

function plain({ text, tone }: Span): string {
  return tone === 'cursor' && text === ' ' ? '_' : text;
}
