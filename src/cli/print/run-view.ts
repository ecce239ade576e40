import type { Json } from '../../shared/json.ts';
import { bareLabel } from '../../contract/question.ts';
import { visitKey } from '../../contract/keys.ts';
import type { NodeVisit, OpenQuestion, RunView, UsageTotals, WaitingFor } from '../../contract/run-view.ts';
import { formatDuration } from '../../shared/duration.ts';
import { clip } from './clip.ts';
import { localTime } from './local-time.ts';

/**
 * One run for people, section by section; empty sections are left out.
 * @param width columns for the lines of the context
 */
export function runViewLines(view: RunView, width = 120): readonly string[] {
  const asked = new Set(view.questions.map(({ id }) => id));
  const waiting = view.waiting.filter(({ key }) => !asked.has(key));
  return [
    `${view.pipeline}  ${view.runId}`,
    `  state    ${view.state}${view.failureReason === undefined ? '' : `: ${view.failureReason}`}`,
    ...(view.forkOf === undefined ? [] : [`  fork     of ${view.forkOf.runId} at turn ${view.forkOf.turn}`]),
    ...(view.replayOf === undefined ? [] : [`  replay   of ${view.replayOf}`]),
    ...(view.goal === '' ? [] : [`  goal     ${view.goal}`]),
    `  started  ${localTime(view.startedAt)}, ${formatDuration(view.durationMs)}`,
    ...usageLine(view.usage),
    ...section('Nodes', visitLines(view.nodes)),
    ...section('Branches', branchLines(view.branchUsage)),
    ...section('Questions', view.questions.flatMap(questionLines)),
    ...section('Waiting for', waiting.map(waitingLine)),
    ...section(
      'Warnings',
      view.warnings.map(({ message }) => message),
    ),
    ...section(
      'Context',
      Object.entries(view.context).map(([key, value]) => clip(`${key} = ${valueText(value)}`, width - 2)),
    ),
    ...section('Turns', turnLines(view.turns)),
    ...section(
      'Artifacts',
      view.artifacts.map(({ name, bytes }) => `${name}  ${bytes} bytes`),
    ),
  ];
}

/** Turns shown to people; all of them are in `--json`. */
const newestTurns = 12;

/** Moments the run can be gone on from, as `--at` and `--turn` name them. */
function turnLines(turns: RunView['turns']): readonly string[] {
  const shown = turns.slice(-newestTurns);
  const width = String(shown.at(-1)?.turn ?? '').length;
  const left = turns.length - shown.length;
  return [
    ...(left === 0 ? [] : [`(${left} earlier)`]),
    ...shown.map(({ turn, type, node }) => `${String(turn).padStart(width)}  ${turnWords[type]} ${node}`),
  ];
}

const turnWords: Readonly<Record<RunView['turns'][number]['type'], string>> = {
  CheckpointSaved: 'after',
  AgentTurnCompleted: 'a turn of',
  InterviewCompleted: 'answered',
};

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/**
 * Each visit on a line: how it ended, where, how long it took, what it cost.
 * @param withNotes also what is noted of a visit that did not fail: the choice at a gate, the branches that succeeded
 */
export function visitLines(visits: readonly NodeVisit[], withNotes = false): readonly string[] {
  const places = visits.map(({ node, scope, visit }) => visitKey(scope, node, visit));
  const width = Math.max(0, ...places.map((place) => place.length));
  return visits.map((visit, index) =>
    `${visit.status.padEnd(15)}  ${(places[index] ?? '').padEnd(width)}  ${visitText(visit, withNotes)}`.trimEnd(),
  );
}

function visitText(
  { attempts, durationMs, usage, failureReason, notes, retryAt }: NodeVisit,
  withNotes: boolean,
): string {
  const parts = [
    durationMs === undefined ? '' : formatDuration(durationMs),
    attempts > 1 ? `${attempts} attempts` : '',
    usage === undefined ? '' : usageText(usage),
    retryAt === undefined ? '' : `again at ${localTime(retryAt)}`,
    failureReason ?? (withNotes ? notedText(notes) : ''),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** Notes in one short line: those of a tool hold its whole command. */
function notedText(notes = ''): string {
  return clip(notes.replace(/\s+/g, ' '), noteWidth);
}

const noteWidth = 80;

/** An artifact under its name, as it is: a text, else JSON. */
export function artifactLines(name: string, content: Json): readonly string[] {
  const text = typeof content === 'string' ? content : JSON.stringify(content, undefined, 2);
  return [
    '',
    name,
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
  ];
}

/** A question that is open, and what may be answered. */
export function questionLines({ id, text, options, default: otherwise, until }: OpenQuestion): readonly string[] {
  const silence = otherwise === undefined ? '' : `, then [${otherwise}]`;
  return [
    `${id}  ${text}${untilText(until)}${silence}`,
    ...options.map(({ key, label }) => `  [${key}] ${bareLabel(label)}`),
  ];
}

function waitingLine({ for: subject, key, question, reason, until }: WaitingFor): string {
  const why = reason === undefined ? '' : `, ${reason}`;
  return `${question ?? `${subject} ${key}${why}`}${untilText(until)}`;
}

function untilText(until: string | undefined): string {
  return until === undefined ? '' : `  until ${localTime(until)}`;
}

/** What each branch used, what branches within it used included. */
function branchLines(usage: RunView['branchUsage'] = {}): readonly string[] {
  const branches = Object.entries(usage).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(0, ...branches.map(([branch]) => branch.length));
  return branches.map(([branch, used]) => `${branch.padEnd(width)}  ${usageText(used)}`);
}

function usageLine(usage: UsageTotals): readonly string[] {
  return usage.inputTokens + usage.outputTokens === 0 ? [] : [`  usage    ${usageText(usage)}`];
}

function usageText({ inputTokens, outputTokens, costUsd }: UsageTotals): string {
  const cost = costUsd === undefined ? '' : `, $${costUsd.toFixed(4)}`;
  return `${inputTokens} in, ${outputTokens} out${cost}`;
}

function valueText(value: Json): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ');
}
