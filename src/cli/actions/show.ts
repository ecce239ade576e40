import { nodeDetails } from '../../app/node-details.ts';
import type { Orchestra } from '../../app/orchestra.ts';
import type { NodeDocument } from '../../contract/command-documents.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import { columnsOf, noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';
import { artifactLines, questionLines, runViewLines, visitLines } from '../print/run-view.ts';

export interface ShowFlags {
  readonly json?: boolean;
  readonly at?: string;
}

export async function showRun(this: CliContext, flags: ShowFlags, runId: string, node?: string): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const row = await orchestra.findRun(runId);
    const at = flags.at === undefined ? undefined : await orchestra.findTurn(row, flags.at);
    if (node === undefined) await showWhole(this, orchestra, flags, { row, at });
    else await showNode(this, orchestra, flags, { row, at, node });
    return exitCodes.success;
  });
}

/** A run, at a turn or as it is. */
interface Moment {
  readonly row: RunRow;
  readonly at: number | undefined;
}

async function showWhole(
  context: CliContext,
  orchestra: Orchestra,
  flags: ShowFlags,
  { row, at }: Moment,
): Promise<void> {
  const view = await orchestra.view(row, at);
  if (flags.json) printJson(context, view);
  else for (const line of runViewLines(view, columnsOf(context))) printLine(context, line);
}

async function showNode(
  context: CliContext,
  orchestra: Orchestra,
  flags: ShowFlags,
  { row, at, node }: Moment & { readonly node: string },
): Promise<void> {
  const { visits, questions, artifacts } = await nodeDetails(orchestra.journal, row, node, at);
  if (flags.json) {
    const { id: runId, pipeline } = row;
    printJson<NodeDocument>(context, { runId, pipeline, node, visits: [...visits], artifacts });
    return;
  }
  if (visits.length === 0) noteLine(context, `Run ${row.id} has not come to ${node}.`);
  for (const line of visitLines(visits, true)) printLine(context, line);
  for (const line of questions.flatMap((question) => ['', ...questionLines(question)])) printLine(context, line);
  for (const [name, content] of Object.entries(artifacts)) {
    for (const line of artifactLines(name, content)) printLine(context, line);
  }
}
