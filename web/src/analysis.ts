import { instance } from '@viz-js/viz';
import type { Diagnostic } from '../../src/contract/diagnostic.ts';
import { compile } from '../../src/language/compile.ts';
import { textOf } from '../../src/language/graph/attributes.ts';
import type { Graph } from '../../src/language/graph/graph.ts';
import type { Position } from '../../src/language/graph/span.ts';
import { graphvizSource } from '../../src/language/picture/graphviz-source.ts';
import { simulate, type Simulation } from './simulate.ts';
import { createBrowserTemplateEngine } from './template-engine.ts';

/** What the page knows about a pipeline text. Survives a structured clone, because it comes from a worker. */
export interface Analysis {
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined when the text could not be read. */
  readonly drawing: Drawing | undefined;
  /** Undefined when the pipeline has errors. */
  readonly simulation: Simulation | undefined;
}

export interface Drawing {
  readonly name: string;
  /** The text of an SVG, coloured by classes (`graphvizSource`). */
  readonly svg: string;
  /** Where each node stands in the text. */
  readonly places: ReadonlyMap<string, Position>;
}

/** Lints, draws and dry-runs a pipeline text. */
export async function analyse(text: string): Promise<Analysis> {
  const compilation = await compile({ path: 'pipeline.dot', text }, { readFile: async () => undefined });
  const { ok, graph } = compilation;
  const simulation = ok && graph ? await simulate(graph, await templatesFor(graph)) : undefined;
  return {
    diagnostics: compilation.diagnostics.map(withoutFiles),
    drawing: graph && (await draw(graph, simulation)),
    simulation,
  };
}

async function draw(graph: Graph, simulation: Simulation | undefined): Promise<Drawing> {
  const viz = await (graphviz ??= instance());
  const source = graphvizSource(graph, simulation && { states: simulation.states, taken: simulation.taken });
  return {
    name: graph.name,
    svg: viz.renderString(source, { format: 'svg' }),
    places: new Map([...graph.nodes.values()].map(({ id, span }) => [id, span.start])),
  };
}

async function templatesFor(graph: Graph) {
  return textOf(graph, 'templates') === 'jinja2' ? (templates ??= createBrowserTemplateEngine()) : undefined;
}

// Both take a moment to start and keep nothing of what they are given.
let graphviz: ReturnType<typeof instance> | undefined;
let templates: ReturnType<typeof createBrowserTemplateEngine> | undefined;

/** The compiler looks for a child pipeline beside the file; a page has no files. */
function withoutFiles(diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.rule !== 'child_file_exists') return diagnostic;
  return { ...diagnostic, hint: 'This page opens no files. On a command line, `orchestra compile` does.' };
}
