import type { Frame } from './recorder.ts';

/** Part of a line in one style. */
interface Run {
  readonly column: number;
  readonly text: string;
  /** CSS classes. */
  readonly style: string;
}

const cell = { width: 8.4, height: 18 } as const;
const padding = 16;
const titleBar = 32;
/** How long the last picture stands before the recording begins anew. */
const restMs = 4_000;

/** Nobody watches a terminal that does not change for longer than this. */
const longestPauseMs = 1_200;

export interface Recording {
  readonly frames: readonly Frame[];
  /** Index of the frame that is seen where nothing moves: in print, in most converters, in some readers. */
  readonly still: number;
  readonly columns: number;
  readonly rows: number;
  readonly title: string;
}

/** A recording as an SVG that plays by itself, again and again; each line is written once for as long as it stood. */
export function terminalSvg({ frames: recorded, still, columns, rows, title }: Recording): string {
  const frames = paced(recorded);
  const duration = (frames.at(-1)?.at ?? 0) + restMs;
  const width = Math.round(columns * cell.width + 2 * padding);
  const height = rows * cell.height + titleBar + padding;
  const lines = Array.from({ length: rows }, (_, row) => lineElements(frames, row, still, duration)).flat();
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>
  text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #d8dee9; white-space: pre }
  .b { font-weight: bold; fill: #ffffff } .d { fill: #7b8494 } .c31 { fill: #ff7b72 } .c32 { fill: #7ee787 } .c33 { fill: #f2cc60 } .c36 { fill: #76e3ea }
</style>
<rect width="${width}" height="${height}" rx="10" fill="#10151d"/>
<g fill="#3b4455"><circle cx="20" cy="16" r="5"/><circle cx="38" cy="16" r="5"/><circle cx="56" cy="16" r="5"/></g>
<rect width="0" height="0"><animate id="t" attributeName="width" from="0" to="0" begin="0s;t.end" dur="${seconds(duration)}"/></rect>
${lines.join('\n')}
</svg>
`;
}

function paced(frames: readonly Frame[]): readonly Frame[] {
  let at = 0;
  return frames.map(({ lines, at: recordedAt }, index) => {
    at += Math.min(longestPauseMs, recordedAt - (frames[index - 1]?.at ?? recordedAt));
    return { at, lines };
  });
}

function lineElements(frames: readonly Frame[], row: number, still: number, duration: number): readonly string[] {
  const elements: string[] = [];
  for (let first = 0; first < frames.length;) {
    const line = frames[first]?.lines[row] ?? '';
    let next = first + 1;
    while (next < frames.length && (frames[next]?.lines[row] ?? '') === line) next += 1;
    const from = frames[first]?.at ?? 0;
    const until = frames[next]?.at ?? duration;
    const runs = runsOf(line);
    if (runs.length > 0)
      elements.push(lineElement(runs, row, { from, duration: until - from, isStill: first <= still && still < next }));
    first = next;
  }
  return elements;
}

interface Showing {
  readonly from: number;
  readonly duration: number;
  readonly isStill: boolean;
}

function lineElement(runs: readonly Run[], row: number, { from, duration, isStill }: Showing): string {
  const y = titleBar + row * cell.height + 13;
  const spans = runs.map(({ column, text, style }) => {
    const x = (padding + column * cell.width).toFixed(1);
    const width = ([...text].length * cell.width).toFixed(1);
    const classes = style === '' ? '' : ` class="${style}"`;
    // Whatever font there is, columns stay in line.
    return `<tspan x="${x}" textLength="${width}"${classes}>${escaped(text)}</tspan>`;
  });
  const shown = `<set attributeName="visibility" to="visible" begin="t.begin+${seconds(from)}" dur="${seconds(duration)}"/>`;
  // Whoever plays the recording hides the still frame from the first moment; what begins later has its way over that.
  const hidden = '<set attributeName="visibility" to="hidden" begin="0s"/>';
  return isStill
    ? `<text y="${y}">${spans.join('')}${hidden}${shown}</text>`
    : `<text y="${y}" visibility="hidden">${spans.join('')}${shown}</text>`;
}

/** Reads the colours of a line; blanks between words of one style stay in it, others are left out. */
function runsOf(line: string): readonly Run[] {
  const runs: Run[] = [];
  const style = { bold: false, dim: false, inverse: false, colour: '' };
  let column = 0;
  // oxlint-disable-next-line no-control-regex -- the sequences colours are made of
  for (const [part, , parameters] of line.matchAll(/(\u001B\[([\d;]*)m)|[^\u001B]+/g)) {
    if (parameters !== undefined) {
      for (const parameter of parameters.split(';')) render(style, Number(parameter));
      continue;
    }
    const text = style.inverse ? part.replaceAll(' ', '█') : part;
    for (const word of text.matchAll(/\S+(?: \S+)*/gu)) {
      const before = [...text.slice(0, word.index)].length;
      runs.push({ column: column + before, text: word[0], style: classesOf(style) });
    }
    column += [...part].length;
  }
  return runs;
}

interface Style {
  bold: boolean;
  dim: boolean;
  inverse: boolean;
  colour: string;
}

/** Select Graphic Rendition, as far as the live view and tmux use it. */
function render(style: Style, parameter: number): void {
  if (parameter === 0) Object.assign(style, { bold: false, dim: false, inverse: false, colour: '' });
  else if (parameter === 1) style.bold = true;
  else if (parameter === 2) style.dim = true;
  else if (parameter === 7) style.inverse = true;
  else if (parameter === 22) Object.assign(style, { bold: false, dim: false });
  else if (parameter === 27) style.inverse = false;
  else if (parameter >= 30 && parameter <= 37) style.colour = `c${parameter}`;
  else if (parameter === 39) style.colour = '';
}

function classesOf({ bold, dim, colour }: Style): string {
  return [bold ? 'b' : '', dim ? 'd' : '', colour].filter((one) => one !== '').join(' ');
}

function seconds(ms: number): string {
  return `${Number((ms / 1_000).toFixed(2))}s`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
