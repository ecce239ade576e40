import { mirrorRuns } from '../../app/mirror-runs.ts';
import type { MirrorDocument } from '../../contract/command-documents.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';

export interface MirrorFlags {
  readonly json?: boolean;
}

/** Ends with 1 where something is not mirrored. */
export async function mirror(this: CliContext, flags: MirrorFlags, ...runs: readonly string[]): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const document = await mirrorRuns(orchestra, { runs, notice: (text) => noteLine(this, text) });
    if (flags.json) printJson<MirrorDocument>(this, document);
    else for (const line of linesOf(document)) printLine(this, line);
    return document.runs.every(({ complete }) => complete) ? exitCodes.success : exitCodes.failed;
  });
}

function linesOf({ server, runs, problem }: MirrorDocument): readonly string[] {
  if (runs.length === 0) return ['There are no runs yet.'];
  return [
    ...runs.map(({ runId, context, complete }) => {
      const place = context === undefined ? 'not mirrored' : `in context ${context}`;
      return `${runId}  ${place}${complete || context === undefined ? '' : ', not all of it'}`;
    }),
    ...(problem === undefined ? [] : [`CXDB at ${server}: ${problem}`]),
  ];
}
