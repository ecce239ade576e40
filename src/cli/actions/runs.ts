import { nearest } from '../../language/scan/nearest.ts';
import { listRuns, type ListedRun } from '../../app/run-list.ts';
import type { Orchestra } from '../../app/orchestra.ts';
import type { RunsDocument } from '../../contract/command-documents.ts';
import type { RunState } from '../../contract/run.ts';
import type { RunFilter } from '../../engine/ports/journal.ts';
import { formatDuration } from '../../shared/duration.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';
import { localTime } from '../print/local-time.ts';
import { alone, familyTree, type Member } from '../print/family-tree.ts';
import { runEntry } from '../print/run-entry.ts';
import { tableLines } from '../print/table.ts';
import { waitingText } from '../print/waiting-text.ts';
import { countOf, momentSince } from '../since.ts';

export interface RunsFlags {
  readonly json?: boolean;
  readonly tree?: boolean;
  readonly state?: RunState;
  readonly pipeline?: string;
  readonly since?: string;
  readonly limit: number;
}

export async function listTheRuns(this: CliContext, flags: RunsFlags): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const now = Date.now();
    const runs = await listRuns(orchestra.journal, filterOf(flags, now));
    if (flags.json) {
      const entries = runs.map((run) => ({ ...runEntry(run.row), ...run.summary, durationMs: elapsed(run, now) }));
      printJson<RunsDocument>(this, { runs: entries });
    } else if (runs.length === 0) {
      for (const line of await nothingFound(orchestra, flags)) noteLine(this, line);
    } else {
      for (const line of lines(flags.tree ? familyTree(runs) : runs.map(alone), now)) printLine(this, line);
    }
    return exitCodes.success;
  });
}

function filterOf({ state, pipeline, since, limit, tree }: RunsFlags, now: number): RunFilter {
  return {
    limit: countOf(limit),
    ...(tree ? { withChildren: true } : {}),
    ...(state === undefined ? {} : { state }),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(since === undefined ? {} : { createdSince: momentSince(since, now) }),
  };
}

/** A run that is walked gets older with every moment; another stays as it was left. */
function elapsed({ row, summary }: ListedRun, now: number): number {
  return row.state === 'running' ? now - row.at : summary.durationMs;
}

/** The table, with what a waiting run waits for below it. */
function lines(members: readonly Member<ListedRun>[], now: number): readonly string[] {
  const rows = members.map(({ run, lead, origin }): readonly string[] => {
    const { id, state, at, pipeline } = run.row;
    const { nodesDone, usage } = run.summary;
    const cost = usage.costUsd === undefined ? '' : `$${usage.costUsd.toFixed(4)}`;
    return [
      `${lead}${id}`,
      state,
      localTime(at),
      formatDuration(elapsed(run, now)),
      String(nodesDone),
      cost,
      `${pipeline}${origin}`,
    ];
  });
  const [head = '', ...body] = tableLines([
    ['RUN', 'STATE', 'STARTED', 'ELAPSED', 'NODES', 'COST', 'PIPELINE'],
    ...rows,
  ]);
  return [head, ...body.flatMap((line, index) => [line, ...details(members[index]?.run, now)])];
}

function details(run: ListedRun | undefined, now: number): readonly string[] {
  const { waiting = [] } = run?.row ?? {};
  const reason = run?.summary.failureReason;
  return [
    ...waiting.map((item) => `    ${waitingText(item, now)}`),
    ...(reason === undefined ? [] : [`    ${reason.replaceAll(/\s+/g, ' ')}`]),
  ];
}

/** Runs whose pipelines are offered for a name that none has. */
const recentRuns = 500;

async function nothingFound(orchestra: Orchestra, { state, pipeline, since }: RunsFlags): Promise<readonly string[]> {
  const recent = await orchestra.runs({ limit: recentRuns });
  if (recent.length === 0) return ['No runs yet. Start one with: orchestra run FILE'];
  const names = new Set(recent.map((row) => row.pipeline));
  const near = pipeline === undefined || names.has(pipeline) ? undefined : nearest(pipeline, names);
  if (near !== undefined) return [`No run is of pipeline ${pipeline}. Did you mean \`${near}\`?`];
  const asked = [state && `--state ${state}`, pipeline && `--pipeline ${pipeline}`, since && `--since ${since}`];
  return [`No run fits ${asked.filter(Boolean).join(' ')}. See all with: orchestra runs`];
}
