import type { StatusDocument } from '../../contract/command-documents.ts';
import type { Waiting } from '../../contract/run.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';
import { localTime } from '../print/local-time.ts';

export interface StatusFlags {
  readonly json?: boolean;
  readonly limit: number;
}

export async function showStatus(this: CliContext, flags: StatusFlags, runId?: string): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    if (!Number.isInteger(flags.limit) || flags.limit < 1)
      throw new OrchestraError('USAGE', '--limit takes a whole number from 1');
    const rows = runId === undefined ? await orchestra.runs({ limit: flags.limit }) : [await orchestra.findRun(runId)];
    if (flags.json) printJson<StatusDocument>(this, { runs: rows.map(document) });
    else if (rows.length === 0) noteLine(this, 'No runs yet. Start one with: orchestra run FILE');
    else for (const line of rows.flatMap((row) => lines(row, Date.now()))) printLine(this, line);
    return exitCodes.success;
  });
}

function document({
  id,
  pipeline,
  state,
  waiting,
  at,
  updatedAt,
  cwd,
  parent,
}: RunRow): StatusDocument['runs'][number] {
  return {
    runId: id,
    pipeline,
    state,
    startedAt: iso(at),
    updatedAt: iso(updatedAt),
    cwd,
    ...(parent ? { parent } : {}),
    waiting: (waiting ?? []).map(waitingDocument),
  };
}

function waitingDocument({ since, until, ...item }: Waiting): StatusDocument['runs'][number]['waiting'][number] {
  return { ...item, since: iso(since), ...(until === undefined ? {} : { until: iso(until) }) };
}

function lines({ id, pipeline, state, at, waiting }: RunRow, now: number): readonly string[] {
  const head = `${id}  ${state.padEnd(11)}  ${localTime(at)}  ${pipeline}`;
  return [head, ...(waiting ?? []).map((item) => `    ${waitingText(item, now)}`)];
}

function waitingText({ for: subject, key, question, since, until }: Waiting, now: number): string {
  const what = question ?? key;
  const due =
    until === undefined ? '' : until <= now ? `, due since ${localTime(until)}` : `, until ${localTime(until)}`;
  return `waits for ${subject === 'answer' ? 'an answer' : subject}: ${what} (since ${localTime(since)}${due})`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
