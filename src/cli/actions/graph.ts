import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadGraph } from '../../app/bundles.ts';
import { compileFile } from '../../app/compile-file.ts';
import { readProjectConfiguration } from '../../app/configuration/read-configuration.ts';
import { writeTextFile } from '../../app/text-file.ts';
import type { PictureDocument } from '../../contract/command-documents.ts';
import { graphDocument } from '../../language/compilation-document.ts';
import type { Graph } from '../../language/graph/graph.ts';
import { graphvizSource } from '../../language/picture/graphviz-source.ts';
import { terminalPicture } from '../../language/picture/terminal-picture.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { columnsOf, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { onProject } from '../on-project.ts';
import { noteDiagnostics } from '../print/diagnostics.ts';

export type PictureFormat = 'terminal' | 'svg' | 'dot';

export interface GraphFlags {
  readonly json?: boolean;
  readonly format: PictureFormat;
  readonly output?: string;
  readonly lenient?: boolean;
}

/** A graph to draw, with the state of its nodes where it is that of a run. */
interface Drawing {
  readonly graph: Graph;
  readonly states: ReadonlyMap<string, string>;
}

export async function drawGraph(this: CliContext, flags: GraphFlags, subject: string): Promise<void> {
  await guarded(this, flags.json, async () => {
    // What is written like a file is not looked for among the runs.
    const drawing =
      existsSync(resolve(this.cwd, subject)) || /[./]/.test(subject)
        ? await fromFile(this, subject, flags.lenient)
        : await fromRun(this, subject);
    const { format, output } = flags;
    const picture = await draw(drawing, format, columnsOf(this));
    if (output !== undefined) await writeTextFile(resolve(this.cwd, output), picture);
    if (flags.json) printJson(this, pictureDocument(drawing, format, output === undefined ? { picture } : { output }));
    else if (output === undefined) printLine(this, picture.trimEnd());
    return exitCodes.success;
  });
}

function pictureDocument(
  { graph, states }: Drawing,
  format: PictureFormat,
  picture: Pick<PictureDocument, 'picture' | 'output'>,
): PictureDocument {
  // The schema says of the graph what its type says, but for `readonly`.
  const document = graphDocument(graph) as PictureDocument['graph'];
  return { graph: document, states: Object.fromEntries(states), format, ...picture };
}

async function fromFile(context: CliContext, file: string, lenient: boolean | undefined): Promise<Drawing> {
  const path = resolve(context.cwd, file);
  const { graph, diagnostics } = await compileFile(path, {
    extensions: {},
    configuration: await readProjectConfiguration(context),
    lenient,
    shownPath: file,
  });
  noteDiagnostics(context, diagnostics, file);
  if (!graph) throw new OrchestraError('PIPELINE_INVALID', `${file} cannot be read as a graph`);
  return { graph, states: new Map() };
}

async function fromRun(context: CliContext, runId: string): Promise<Drawing> {
  return onProject(context, false, async (orchestra) => {
    const row = await orchestra.findRun(runId);
    const graph = await loadGraph(orchestra.journal, row.bundle);
    const { nodes } = await orchestra.view(row);
    return { graph, states: new Map(nodes.map(({ node, status }) => [node, status])) };
  });
}

async function draw({ graph, states }: Drawing, format: PictureFormat, width: number | undefined): Promise<string> {
  switch (format) {
    case 'terminal':
      return terminalPicture(graph, { states, ...(width === undefined ? {} : { width }) });
    case 'dot':
      return graphvizSource(graph, { states });
    case 'svg': {
      // The layout engine is several megabytes.
      const { renderSvg } = await import('../../app/svg.ts');
      return renderSvg(graphvizSource(graph, { states }));
    }
  }
}
