import { columnsOf } from '../../language/picture/text-layout.ts';
import { clipTo, wrapTo } from './fit.ts';
import type { Glyphs } from './glyphs.ts';
import { span, type Line, type Span } from './line.ts';
import { pickRows } from './pick-rows.ts';
import { shortCost, shortCount, shortDuration } from './quantities.ts';
import { questionLines, type ShownQuestion } from './question-panel.ts';
import type { RunModel } from './run-model.ts';
import type { RunTree } from './run-tree.ts';
import { tableHead, tableLines, type TableSurroundings } from './table.ts';

/** How the run is being stopped. */
export type Stopping =
  | {
      readonly kind: 'pausing';
      /** When what still runs is interrupted, in milliseconds since the epoch. */ readonly until: number;
    }
  | { readonly kind: 'cancelling' };

/** Everything a picture is made of. */
export interface Scene {
  readonly model: RunModel;
  readonly question: ShownQuestion | undefined;
  readonly stopping: Stopping | undefined;
  /** What holds everything up, for example another process that holds the journal. */
  readonly obstacle: string | undefined;
  /** Nobody walks the run any more although work is left. */
  readonly isInterrupted: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

const narrowest = 10;

/**
 * The run as lines that fill at most `size`: heading, table, summary, then how it is being stopped and
 * the question somebody is asked. Where it is short of room the table gives way, then the heading.
 */
export function pictureLines(scene: Scene, size: PictureSize, glyphs: Glyphs): readonly Line[] {
  const width = Math.max(narrowest, size.width);
  const height = Math.max(1, size.height);
  const { question, now } = scene;
  const panel = question
    ? questionLines(question, { width, height: Math.max(2, Math.floor(height / 2)) }, now, glyphs)
    : [];
  const notices = noticeLines(scene, width, glyphs);
  const below = [summaryLine(scene, width, glyphs), ...notices];
  const spare = height - panel.length - below.length;
  const isRoomy = spare >= 10;
  const heading = spare >= 4 ? headingLines(scene.model, width, isRoomy, glyphs) : [];
  const blanks = isRoomy ? (panel.length > 0 ? 3 : 2) : 0;
  const table = bodyLines(scene, width, spare - heading.length - blanks, glyphs);
  const blank: readonly Line[] = isRoomy ? [[]] : [];
  const lines = [...heading, ...blank, ...table, ...blank, ...below];
  if (panel.length > 0) lines.push(...blank, ...panel);
  // Whatever is asked must be seen, even if nothing else is.
  return lines.slice(-height);
}

/** The whole run as it was left, as lines to keep; very long ones are folded. What it came to is printed behind them. */
export function closingLines(scene: Scene, width: number, glyphs: Glyphs): readonly Line[] {
  const wide = Math.max(narrowest, width);
  return [...headingLines(scene.model, wide, true, glyphs), [], ...bodyLines(scene, wide, keptLines, glyphs), []];
}

/** Rows of a run that stay in the scrollback. */
const keptLines = 100;

function headingLines(model: RunModel, width: number, withGoal: boolean, glyphs: Glyphs): readonly Line[] {
  const name = clipTo(model.pipeline, width, glyphs);
  const rest = clipTo(model.runId, Math.max(0, width - columnsOf(name) - 2), glyphs);
  const title: Line = [span(name, 'strong'), ...(rest.length < 4 ? [] : [span(`  ${rest}`, 'quiet')])];
  const goal = withGoal ? wrapTo(model.goal, width, 2, glyphs) : [];
  return [title, ...goal.map((text): Line => [span(text, 'quiet')])];
}

function bodyLines({ model, now, isInterrupted }: Scene, width: number, room: number, glyphs: Glyphs): readonly Line[] {
  if (room < 1) return [];
  const { tree } = model;
  const surroundings: TableSurroundings = {
    width,
    longestName: tree.longestName,
    hasTokens: tree.usage.inputTokens + tree.usage.outputTokens > 0,
    hasCost: tree.usage.costUsd !== undefined,
    now,
    isInterrupted,
    glyphs,
  };
  const head = room >= 8 && width >= 48 ? [tableHead(surroundings)] : [];
  const left = room - head.length;
  // One line counts what is left out.
  const picked = pickRows(tree, tree.size <= left ? left : left - 1);
  return [...head, ...tableLines(picked, surroundings)];
}

/** How far the run is, what goes on and what was spent; the least important goes first where room is short. */
function summaryLine(scene: Scene, width: number, glyphs: Glyphs): Line {
  const { model, now } = scene;
  const { tree } = model;
  const total = tree.roots.length;
  const bar = width >= 60 ? progressBar(tree.topLevelEnded / Math.max(1, total), glyphs) : [];
  const room = width - bar.reduce((sum, { text }) => sum + text.length, 0);
  const elapsed =
    model.startedAt === undefined
      ? ''
      : shortDuration((model.endedAt ?? now) - model.startedAt, model.endedAt !== undefined);
  const tokens = tree.usage.inputTokens + tree.usage.outputTokens;
  const { costUsd } = tree.usage;
  /** With its weight: the lightest is left out first. */
  const parts: readonly (readonly [text: string, weight: number])[] = [
    [width >= 60 ? `${tree.topLevelEnded} of ${total} nodes` : `${tree.topLevelEnded}/${total}`, 9],
    [countText(tree.count('waiting'), 'waiting'), 8],
    [countText(tree.count('failed'), 'failed'), 7],
    [scene.isInterrupted ? '' : countText(workingCount(tree), 'running'), 5],
    [tokens === 0 ? '' : `${shortCount(tokens)} tokens`, 3],
    [costUsd === undefined ? '' : shortCost(costUsd), 4],
    [elapsed, 6],
  ];
  return [...bar, span(clipTo(heaviest(parts, room, glyphs.separator), room, glyphs))];
}

/** Rows at work themselves: what only waits for rows below it is not counted. */
function workingCount(tree: RunTree): number {
  let count = tree.count('retrying');
  for (const row of tree.of('running')) if (row.children.length === 0) count += 1;
  return count;
}

function heaviest(
  parts: readonly (readonly [text: string, weight: number])[],
  room: number,
  separator: string,
): string {
  let kept = parts.filter(([text]) => text !== '');
  const joined = (): string => kept.map(([text]) => text).join(separator);
  while (kept.length > 1 && joined().length > room) {
    const lightest = Math.min(...kept.map(([, weight]) => weight));
    kept = kept.filter(([, weight]) => weight !== lightest);
  }
  return joined();
}

function countText(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}`;
}

const barColumns = 16;

function progressBar(share: number, { barDone, barLeft }: Glyphs): readonly Span[] {
  const done = Math.round(Math.min(1, share) * barColumns);
  return [span(barDone.repeat(done), 'good'), span(barLeft.repeat(barColumns - done), 'quiet'), span('  ')];
}

function noticeLines({ model, stopping, obstacle, now }: Scene, width: number, glyphs: Glyphs): readonly Line[] {
  const lines: Line[] = [];
  if (obstacle !== undefined)
    lines.push(...wrapTo(obstacle, width, 2, glyphs).map((text): Line => [span(text, 'asking')]));
  if (stopping === undefined) return lines;
  const texts =
    stopping.kind === 'cancelling' ? [cancellingText] : [pausingText(stopping.until - now), awaitedText(model)];
  for (const text of texts) lines.push(...wrapTo(text, width, 3, glyphs).map((line): Line => [span(line, 'asking')]));
  return lines;
}

const cancellingText = 'Cancelling: everything that runs is being ended.';

function pausingText(leftMs: number): string {
  const grace = leftMs > 0 ? `what runs has ${Math.ceil(leftMs / 1_000)}s to end` : 'what still runs is interrupted';
  return `Pausing: nothing new starts, ${grace}. Ctrl-C again cancels the run.`;
}

/** Names of what goes on and is awaited, at most a few. */
export function awaitedText({ tree }: RunModel): string {
  const names: string[] = [];
  const shown = 5;
  for (const row of tree.of('running')) {
    // A node with rows below it awaits only those.
    if (row.children.length > 0) continue;
    if (names.length === shown) return `Awaited: ${names.join(', ')} and others.`;
    names.push(row.at === undefined ? row.name : `${row.name} (${row.at})`);
  }
  return names.length === 0 ? '' : `Awaited: ${names.join(', ')}.`;
}
