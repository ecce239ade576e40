import { resolve } from 'node:path';
import { compileFile } from '../../app/compile-file.ts';
import { readProjectConfiguration } from '../../app/configuration/read-configuration.ts';
import { compilationDocument } from '../../language/compilation-document.ts';
import type { Compilation } from '../../language/compile.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { diagnosticLines, plural, repairHint } from '../print/diagnostics.ts';

export interface CompileFlags {
  readonly json?: boolean;
  readonly attractorOnly?: boolean;
  readonly lenient?: boolean;
}

export async function compilePipeline(this: CliContext, flags: CompileFlags, file: string): Promise<void> {
  await guarded(this, flags.json, async () => {
    const { attractorOnly, lenient } = flags;
    const path = resolve(this.cwd, file);
    const compilation = await compileFile(path, {
      extensions: {},
      configuration: await readProjectConfiguration(this),
      attractorOnly,
      lenient,
      shownPath: file,
    });
    if (flags.json) printJson(this, compilationDocument(compilation));
    else printSummary(this, compilation, file);
    return compilation.ok ? exitCodes.success : exitCodes.failed;
  });
}

function printSummary(context: CliContext, compilation: Compilation, file: string): void {
  const { ok, diagnostics, graph } = compilationDocument(compilation);
  for (const line of diagnosticLines(diagnostics)) printLine(context, line);
  const hint = repairHint(diagnostics, file);
  if (hint !== undefined) noteLine(context, hint);
  if (!ok || !graph) return;
  printLine(context, `${graph.name}: ${plural(graph.nodes.length, 'node')}, ${plural(graph.edges.length, 'edge')}`);
  const width = Math.max(...graph.nodes.map(({ id }) => id.length));
  for (const { id, handler } of graph.nodes) printLine(context, `  ${id.padEnd(width)}  ${handler}`);
}
