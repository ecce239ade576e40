import type { ComparedRun, RepositoryDifference, RunDifference } from '../../contract/run-difference.ts';
import { formatDuration } from '../../shared/duration.ts';
import type { Json } from '../../shared/json.ts';
import { clip } from './clip.ts';
import { tableLines } from './table.ts';

/**
 * Two runs beside each other, for people.
 * @param width columns for the lines of the context
 */
export function runDifferenceLines(difference: RunDifference, width = 120): readonly string[] {
  const { one, other, shared, parting, visits, context, code } = difference;
  return [
    ...tableLines([
      ['', one.runId, other.runId],
      ['pipeline', one.pipeline, other.pipeline],
      ['state', one.state, other.state],
      ['nodes', String(one.nodesDone), String(other.nodesDone)],
      ['time', formatDuration(one.durationMs), formatDuration(other.durationMs)],
      ['tokens', String(one.tokens), String(other.tokens)],
      ['cost', costText(one), costText(other)],
    ]),
    ...(shared ? ['', `Both have what ${shared.runId} had up to turn ${shared.turn}.`] : []),
    ...partingLines(parting),
    ...section(
      'Visits',
      ['', 'A', 'B'],
      visits.map((visit) => [visit.visit, visit.one ?? '-', visit.other ?? '-']),
    ),
    ...contextLines(context, width),
    ...code.flatMap(repositoryLines),
  ];
}

function costText({ costUsd }: ComparedRun): string {
  return costUsd === undefined ? '-' : `$${costUsd.toFixed(4)}`;
}

function partingLines(parting: RunDifference['parting']): readonly string[] {
  if (!parting) return ['', 'They went the same way.'];
  const { index, one = 'the end', other = 'the end' } = parting;
  return ['', `Their ways part at visit ${index + 1}: ${one} here, ${other} there.`];
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  return [
    '',
    ...tableLines([[title, ...head.slice(1)], ...rows.map(([first = '', ...rest]) => [`  ${first}`, ...rest])]),
  ];
}

function contextLines(context: RunDifference['context'], width: number): readonly string[] {
  if (context.length === 0) return [];
  const lines = context.flatMap(({ key, one, other }) => [`  ${key}`, valueLine('-', one), valueLine('+', other)]);
  return [
    '',
    'Context',
    ...lines.filter((line) => line !== '').map((line) => clip(line.replaceAll(/\s+/g, spaces), width)),
  ];
}

/** Line breaks within a value would tear the list. */
function spaces(run: string): string {
  return run.includes('\n') ? ' ' : run;
}

function valueLine(sign: '-' | '+', value: Json | undefined): string {
  if (value === undefined) return '';
  return `    ${sign} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

function repositoryLines({ name, commits, files }: RepositoryDifference): readonly string[] {
  const from = `${commits.one ?? 'nothing'} -> ${commits.other ?? 'nothing'}`;
  return [
    '',
    `Code of ${name}  ${from}`,
    ...files.flatMap(({ path, change, patch }) => [
      `  ${change.padEnd(8)}  ${path}`,
      ...(patch === undefined ? [] : patch.trimEnd().split('\n')).map((line) => `    ${line}`),
    ]),
  ];
}
