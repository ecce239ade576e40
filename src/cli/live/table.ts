import { columnsOf } from '../../language/picture/text-layout.ts';
import { remarkText } from './activity-text.ts';
import { clipTo, fitTo, indented } from './fit.ts';
import type { Glyphs } from './glyphs.ts';
import { span, type Line, type Tone } from './line.ts';
import type { PickedRows } from './pick-rows.ts';
import { shortCost, shortCount, shortDuration } from './quantities.ts';
import { isActive, isEnded, type Row, type RowState } from './row.ts';

/** What rows are drawn with beside themselves. */
export interface TableSurroundings {
  readonly width: number;
  /** Columns of the longest name with its indentation: more than are shown, so that columns stay in place. */
  readonly longestName: number;
  readonly hasTokens: boolean;
  readonly hasCost: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Nobody walks the run although work is left. */
  readonly isInterrupted: boolean;
  readonly glyphs: Glyphs;
}

/** Widths of the columns; 0 where there is no room for one. */
interface Columns {
  readonly indent: number;
  readonly name: number;
  readonly state: number;
  readonly elapsed: number;
  readonly tokens: number;
  readonly cost: number;
  readonly remark: number;
}

const gap = '  ';
const widest = { state: 'interrupted'.length, elapsed: 6, tokens: 6, cost: 7, longName: 40 } as const;
/** As much of a name is shown before its indentation is. */
const shortestName = 6;
/** Below this many columns a remark says too little. */
const shortestRemark = 10;

const tones: Readonly<Record<RowState, Tone>> = {
  pending: 'quiet',
  running: 'busy',
  waiting: 'asking',
  retrying: 'asking',
  done: 'good',
  partial: 'good',
  skipped: 'quiet',
  failed: 'bad',
  cancelled: 'quiet',
};

/** The names of the columns. */
export function tableHead(surroundings: TableSurroundings): Line {
  const { indent, name, state, elapsed, tokens, cost } = columnsFor(surroundings);
  const titles: readonly (readonly [title: string, width: number, toTheRight: boolean])[] = [
    ['node', name, false],
    ['state', state, false],
    ['time', elapsed, true],
    ['tokens', tokens, true],
    ['cost', cost, true],
  ];
  const shown = titles.filter(([, width]) => width > 0);
  const text = shown.map(([title, width, toTheRight]) => (toTheRight ? title.padStart(width) : title.padEnd(width)));
  return [span(`${' '.repeat(indent)}  ${text.join(gap)}`, 'quiet')];
}

/** One line for each row, and one that counts the rows left out. */
export function tableLines({ rows, hidden }: PickedRows, surroundings: TableSurroundings): readonly Line[] {
  const columns = columnsFor(surroundings);
  const lines = rows.map((row) => rowLine(row, columns, surroundings));
  return hidden.size === 0 ? lines : [...lines, hiddenLine(hidden, surroundings)];
}

/** Columns are given up from the right, numbers before what is left of the name. */
function columnsFor({ width, longestName, hasTokens, hasCost }: TableSurroundings): Columns {
  const indent = indentFor(width);
  const sign = 2;
  const state = width >= 76 ? widest.state : 0;
  const elapsed = width >= 18 ? widest.elapsed : 0;
  const tokens = hasTokens && width >= 48 ? widest.tokens : 0;
  const cost = hasCost && width >= 56 ? widest.cost : 0;
  const numbers = [state, elapsed, tokens, cost].filter((one) => one > 0);
  const taken = indent + sign + numbers.reduce((sum, one) => sum + one + gap.length, 0);
  const left = width - taken;
  const name = Math.max(1, Math.min(longestName, widest.longName, left > 40 ? Math.floor(left * 0.6) : left));
  const rest = left - name - gap.length;
  return { indent, name, state, elapsed, tokens, cost, remark: rest >= shortestRemark ? rest : 0 };
}

/** Columns the whole table is moved in by. */
function indentFor(width: number): number {
  return width >= 60 ? 2 : 0;
}

function rowLine(row: Row, columns: Columns, surroundings: TableSurroundings): Line {
  const { glyphs, isInterrupted } = surroundings;
  const stopped = isInterrupted && (row.state === 'running' || row.state === 'retrying');
  const tone = stopped ? 'asking' : tones[row.state];
  const sign = stopped ? glyphs.interrupted : glyphs.states[row.state];
  // However deep it lies, some of its name is seen.
  const indent = Math.min(2 * row.depth, Math.max(0, columns.name - Math.min(shortestName, columnsOf(row.name))));
  const spans = [
    span(' '.repeat(columns.indent + indent)),
    span(sign, tone),
    span(` ${fitTo(row.name, columns.name - indent, glyphs)}`, nameTone(row.state)),
  ];
  if (columns.state > 0) spans.push(span(gap), span((stopped ? 'interrupted' : row.state).padEnd(columns.state), tone));
  if (columns.elapsed > 0) spans.push(span(gap), span(elapsedText(row, surroundings).padStart(columns.elapsed)));
  if (columns.tokens > 0) spans.push(span(gap), span(tokensText(row).padStart(columns.tokens), 'quiet'));
  if (columns.cost > 0) spans.push(span(gap), span(costText(row).padStart(columns.cost), 'quiet'));
  if (columns.remark > 0)
    spans.push(
      span(gap),
      span(clipTo(remarkText(row), columns.remark, glyphs), row.state === 'failed' ? 'bad' : 'quiet'),
    );
  return spans;
}

function nameTone(state: RowState): Tone {
  return isActive(state) ? 'strong' : state === 'pending' || state === 'skipped' ? 'quiet' : 'plain';
}

function elapsedText({ startedAt, endedAt, state }: Row, { now }: TableSurroundings): string {
  if (startedAt === undefined) return '';
  return shortDuration((endedAt ?? now) - startedAt, isEnded(state));
}

function tokensText({ usage }: Row): string {
  const tokens = usage.inputTokens + usage.outputTokens;
  return tokens === 0 ? '' : shortCount(tokens);
}

function costText({ usage }: Row): string {
  return usage.costUsd === undefined ? '' : shortCost(usage.costUsd);
}

function hiddenLine(hidden: ReadonlyMap<RowState, number>, { width, glyphs }: TableSurroundings): Line {
  const count = [...hidden.values()].reduce((sum, one) => sum + one, 0);
  const kinds = [...hidden].map(([state, one]) => `${one} ${state}`).join(', ');
  return [span(indented(`${glyphs.ellipsis} ${count} more: ${kinds}`, indentFor(width), width, glyphs), 'quiet')];
}
