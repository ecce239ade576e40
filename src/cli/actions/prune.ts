import { carryOut, type Pruned } from '../../app/prune.ts';
import { planPrune, type PlannedRun, type PrunePlan, type PruneRequest } from '../../app/prune-plan.ts';
import type { PruneDocument } from '../../contract/command-documents.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';
import { bytesText } from '../print/bytes.ts';
import { localTime } from '../print/local-time.ts';
import { ageText, count } from '../print/numbers.ts';
import { tableLines } from '../print/table.ts';
import { ageOf, isRemovalWanted } from '../removal.ts';

export interface PruneFlags {
  readonly json?: boolean;
  readonly olderThan?: string;
  readonly keep?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** What tells which runs are meant. */
const selections = '`--older-than 30d`, `--keep 20`, or their ids';

/** How long runs are kept unless something else is asked for. */
const retentionMs = 30 * 24 * 3_600_000;

export async function pruneRuns(this: CliContext, flags: PruneFlags, ...names: readonly string[]): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const request = requestOf(flags, names);
    const parts = { journal: orchestra.journal, home: orchestra.project.home, env: orchestra.configuration.env };
    const plan = await planPrune(parts, request, Date.now());
    if (!flags.json) for (const line of planLines(plan, request)) printLine(this, line);
    if (flags.dryRun) {
      if (flags.json) printJson<PruneDocument>(this, document(plan, undefined));
      return exitCodes.success;
    }
    const isSelected = names.length > 0 || flags.olderThan !== undefined || flags.keep !== undefined;
    const isNothing = plan.runs.length === 0 && plan.blobs.count === 0;
    if (!isNothing && !(await isRemovalWanted(this, flags, isSelected, selections))) {
      noteLine(this, 'Nothing was removed.');
      return exitCodes.success;
    }
    const pruned = await carryOut(parts, plan);
    if (flags.json) printJson<PruneDocument>(this, document(plan, pruned));
    else if (!isNothing) printLine(this, closingLine(pruned));
    return exitCodes.success;
  });
}

function requestOf({ olderThan, keep }: PruneFlags, names: readonly string[]): PruneRequest {
  if (names.length > 0) {
    if (olderThan === undefined && keep === undefined) return { runs: names };
    throw new OrchestraError('USAGE', 'name runs, or use --older-than and --keep');
  }
  if (keep !== undefined && !(Number.isInteger(keep) && keep >= 0)) {
    throw new OrchestraError('USAGE', '--keep takes a whole number from 0');
  }
  return { keep, olderThanMs: ageOf(olderThan) ?? (keep === undefined ? retentionMs : undefined) };
}

function planLines({ runs, needed, uncleaned, blobs }: PrunePlan, request: PruneRequest): readonly string[] {
  const rows = runs.map(({ row, journalBytes, folderBytes }) => [
    row.id,
    row.state,
    localTime(row.updatedAt),
    bytesText(journalBytes + folderBytes),
    row.pipeline,
  ]);
  const left = runs.flatMap(({ leftFolder }) => (leftFolder === undefined ? [] : [leftFolder]));
  return [
    ...(rows.length === 0
      ? [nothingLine(request)]
      : tableLines([['RUN', 'STATE', 'ENDED', 'SIZE', 'PIPELINE'], ...rows])),
    ...(blobs.count === 0
      ? []
      : [`${count(blobs.count, 'stored text')} that nothing else uses: ${bytesText(blobs.bytes)}`]),
    ...left.map((folder) => `${folder} was named with --run-dir and stays.`),
    ...needed.map(({ row, forks }) => `${row.id} stays: ${forks.join(', ')} was forked from it.`),
    ...uncleaned.map(({ id }) => `${id} stays: it still has worktrees or branches (\`orchestra cleanup ${id}\`).`),
  ];
}

function nothingLine({ olderThanMs, keep }: PruneRequest): string {
  const age = olderThanMs === undefined ? '' : ` more than ${ageText(olderThanMs)} ago`;
  return `No run ended${age}${keep === undefined ? '' : `, beside the newest ${keep}`}.`;
}

function closingLine({ runs, blobs, freedBytes, notCompacted }: Pruned): string {
  const folders = runs.reduce((sum, { folderBytes }) => sum + folderBytes, 0);
  const removed = `Removed ${count(runs.length, 'run')} and ${count(blobs.count, 'stored text')}`;
  if (notCompacted !== undefined) {
    return `${removed}. The journal keeps its size for now (${notCompacted}); what is free in it is used again.`;
  }
  return `${removed}; ${bytesText(freedBytes + folders)} of the disk are free again.`;
}

function document({ runs, needed, uncleaned, blobs }: PrunePlan, pruned: Pruned | undefined): PruneDocument {
  return {
    removed: pruned !== undefined,
    runs: runs.map(runDocument),
    needed: needed.map(({ row, forks }) => ({ runId: row.id, forks: [...forks] })),
    uncleaned: uncleaned.map(({ id }) => id),
    blobs: pruned?.blobs ?? blobs,
    freedBytes: pruned?.freedBytes ?? 0,
    ...(pruned?.notCompacted === undefined ? {} : { notCompacted: pruned.notCompacted }),
  };
}

function runDocument({ row, tree, journalBytes, folderBytes, leftFolder }: PlannedRun): PruneDocument['runs'][number] {
  return {
    runId: row.id,
    pipeline: row.pipeline,
    state: row.state,
    updatedAt: new Date(row.updatedAt).toISOString(),
    children: tree.slice(1),
    journalBytes,
    directoryBytes: folderBytes,
    ...(leftFolder === undefined ? {} : { leftDirectory: leftFolder }),
  };
}
