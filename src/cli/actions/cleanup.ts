import { findRootRuns } from '../../app/find-run.ts';
import type { Orchestra } from '../../app/orchestra.ts';
import { cleanUp, planRunCleanup, type CleanedUp, type PlannedCleanup } from '../../app/workspace/cleanup.ts';
import type { CleanupDocument } from '../../contract/command-documents.ts';
import type { CleanupRequest } from '../../workspace/cleanup/cleanup-facts.ts';
import type { Kept, Thing } from '../../workspace/cleanup/cleanup-plan.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';
import { ageText, count } from '../print/numbers.ts';
import { tableLines } from '../print/table.ts';
import { ageOf, isRemovalWanted } from '../removal.ts';

export interface CleanupFlags {
  readonly json?: boolean;
  readonly olderThan?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
}

/** How long everything of a run is kept unless something else is asked for. */
const retentionMs = 7 * 24 * 3_600_000;

/** What tells which runs are meant. */
const selections = '`--older-than 7d`, or their ids';

export async function cleanUpRuns(this: CliContext, flags: CleanupFlags, ...names: readonly string[]): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const parts = { journal: orchestra.journal, env: orchestra.configuration.env };
    const plan = await planRunCleanup(parts, await requestOf(orchestra, flags, names), Date.now());
    if (!flags.json) for (const line of planLines(plan)) printLine(this, line);
    if (flags.dryRun) {
      if (flags.json) printJson<CleanupDocument>(this, document(plan, undefined));
      return exitCodes.success;
    }
    const isSelected = names.length > 0 || flags.olderThan !== undefined;
    const isNothing = plan.remove.length === 0;
    if (!isNothing && !(await isRemovalWanted(this, flags, isSelected, selections))) {
      noteLine(this, 'Nothing was removed.');
      return exitCodes.success;
    }
    const done = await cleanUp(parts, plan);
    if (flags.json) printJson<CleanupDocument>(this, document(plan, done));
    else if (!isNothing) for (const line of closingLines(done)) printLine(this, line);
    return done.hasFailed ? exitCodes.failed : exitCodes.success;
  });
}

/** Named runs may have ended just now. */
async function requestOf(
  { journal }: Orchestra,
  { olderThan, force = false }: CleanupFlags,
  names: readonly string[],
): Promise<CleanupRequest> {
  const age = ageOf(olderThan);
  if (names.length === 0) return { olderThanMs: age ?? retentionMs, force };
  const runs = await findRootRuns(journal, names);
  return { olderThanMs: age ?? 0, force, runs: runs.map(({ id }) => id) };
}

function planLines({ remove, keep, request }: PlannedCleanup): readonly string[] {
  const rows = remove.map((thing) => [thing.runId, thing.kind, placeText(thing)]);
  return [
    ...(rows.length === 0 ? [nothingLine(request)] : tableLines([['RUN', 'WHAT', 'WHERE'], ...rows])),
    ...keptLines(keep),
  ];
}

function nothingLine({ runs, olderThanMs }: CleanupRequest): string {
  return runs
    ? 'Nothing to clean up.'
    : `Nothing to clean up of runs that ended more than ${ageText(olderThanMs)} ago.`;
}

/** What one run keeps for one reason stands in one line. */
function keptLines(keep: readonly Kept[]): readonly string[] {
  const groups = Map.groupBy(keep, ({ runId, reason }) => JSON.stringify([runId, reason]));
  return [...groups.values()].flatMap((things) => {
    const [first, another] = things;
    if (!first) return [];
    const what = another ? countText(things) : `${first.kind} ${placeText(first)}`;
    return [`${first.runId} keeps ${what}: ${first.reason}`];
  });
}

function closingLines({ removed, left }: CleanedUp): readonly string[] {
  return [...keptLines(left), removed.length === 0 ? 'Nothing was removed.' : `Removed ${countText(removed)}.`];
}

function countText(things: readonly Thing[]): string {
  const kinds = Map.groupBy(things, ({ kind }) => kind);
  return Array.from(kinds, ([kind, { length }]) => count(length, kind)).join(', ');
}

function placeText(thing: Thing): string {
  return 'path' in thing ? thing.path : `${thing.name} in ${thing.repository}`;
}

function document({ remove, keep }: PlannedCleanup, done: CleanedUp | undefined): CleanupDocument {
  return {
    removed: done !== undefined,
    things: [...(done?.removed ?? remove)],
    kept: [...keep, ...(done?.left ?? [])],
  };
}
