import { importFromCxdb } from '../../app/import-cxdb.ts';
import type { ImportDocument } from '../../contract/command-documents.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { onProject } from '../on-project.ts';

export interface ImportFlags {
  readonly json?: boolean;
  readonly cxdb?: string;
}

export async function importRun(this: CliContext, { json, cxdb }: ImportFlags): Promise<void> {
  await guarded(this, json, async () => {
    if (cxdb === undefined) throw new OrchestraError('USAGE', 'name what to import: --cxdb CONTEXT');
    const document = await onProject(this, true, (orchestra) => importFromCxdb(orchestra, cxdb));
    if (json) printJson<ImportDocument>(this, document);
    else for (const line of linesOf(document)) printLine(this, line);
    if (!json) for (const note of document.notes) noteLine(this, `  ! ${note}`);
    return exitCodes.success;
  });
}

function linesOf({ runs }: ImportDocument): readonly string[] {
  return runs.map(({ runId, pipeline, outcome, turns }) =>
    outcome === 'known'
      ? `${runId}  ${pipeline}, here already and the same`
      : `${runId}  ${pipeline}, ${turns} turns. See it with: orchestra show ${runId}`,
  );
}
