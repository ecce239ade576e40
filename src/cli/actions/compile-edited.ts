import { resolve } from 'node:path';
import type { Orchestra } from '../../app/orchestra.ts';
import type { Compilation } from '../../language/compile.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import { noteLine, type CliContext } from '../context.ts';
import { noteDiagnostics } from '../print/diagnostics.ts';

/** Compiles the pipeline that takes the place of a run's own. @throws OrchestraError PIPELINE_INVALID, FILE_UNREADABLE */
export async function compileEdited(
  context: CliContext,
  orchestra: Orchestra,
  file: string,
  { lenient }: { readonly lenient?: boolean },
): Promise<Compilation> {
  const edited = await orchestra.compileFile(resolve(context.cwd, file), { shownPath: file, lenient });
  noteDiagnostics(context, edited.diagnostics, file);
  if (!edited.ok) throw new OrchestraError('PIPELINE_INVALID', `${file} has errors`);
  return edited;
}

/** Names what an edited pipeline says otherwise of finished nodes, which are not done again. */
export async function noteChangesBehind(
  context: CliContext,
  orchestra: Orchestra,
  row: RunRow,
  edited: Compilation,
  at?: number,
): Promise<void> {
  for (const { node, key } of await orchestra.changesBehind(row, edited, at))
    noteLine(context, `  ! ${node} is finished: its changed ${key} is not applied`);
}
