import { hasErrors, type Diagnostic } from '../contract/diagnostic.ts';
import type { Bundle } from './bundle/bundle.ts';
import { toBundle } from './bundle/to-bundle.ts';
import { childReferences, type ChildReference } from './bundle/child-references.ts';
import { readDot } from './dot/read-dot.ts';
import type { Graph } from './graph/graph.ts';
import type { LintRule } from './lint/lint-rule.ts';
import { inReadingOrder, withoutDuplicates } from './lint/order.ts';
import { stringAttribute, withAttribute } from './graph/attributes.ts';
import { finding } from './graph/place.ts';
import { attractorOnly } from './lint/rules/attractor-only.ts';
import { validate } from './lint/validate.ts';
import { applyTransforms } from './transforms/apply-transforms.ts';
import type { Transform } from './transforms/transform.ts';

export interface SourceFile {
  /** As diagnostics shall name it. */
  readonly path: string;
  readonly text: string;
}

export interface CompileOptions {
  /** Opens a child pipeline: `path` as written in the file `from`. The answer's path says which file it is; undefined when there is none. */
  readonly readFile: (path: string, from: string) => Promise<SourceFile | undefined>;
  /** Handler types registered beside the built-in ones (4.2). */
  readonly customTypes?: ReadonlySet<string>;
  /** Run after the built-in rules (7.4). */
  readonly rules?: readonly LintRule[];
  /** Run after the built-in transforms (9.3). */
  readonly transforms?: readonly Transform[];
  /** Refuses what is not in the Attractor text. */
  readonly attractorOnly?: boolean;
  /** Stands in the place of the goal of the file itself, not of its children. */
  readonly goal?: string;
  /** Reads the habits of Graphviz that are otherwise refused, with a warning for each. */
  readonly lenient?: boolean;
}

export interface Compilation {
  /** No diagnostic is an error, in the file and in all its children. */
  readonly ok: boolean;
  /** By file, line and column; each once. */
  readonly diagnostics: readonly Diagnostic[];
  /** After transforms; undefined when the text could not be read. */
  readonly graph: Graph | undefined;
  /** What a run records; present exactly when `ok`. */
  readonly bundle: Bundle | undefined;
}

/**
 * Reads, transforms and validates a pipeline (3.1, 9.1) and every child pipeline it names, and bundles
 * them for a run. Bad input gives diagnostics; rejects only when `readFile` does.
 */
export async function compile(source: SourceFile, options: CompileOptions): Promise<Compilation> {
  const unit = await compileUnit(source, { options, ancestors: [], done: new Map() });
  const diagnostics = inReadingOrder(withoutDuplicates(unit.diagnostics));
  return { ok: unit.bundle !== undefined, diagnostics, graph: unit.graph, bundle: unit.bundle };
}

type Unit = Pick<Compilation, 'diagnostics' | 'graph' | 'bundle'>;

interface Work {
  readonly options: CompileOptions;
  /** Files whose compilation led here, the root first. */
  readonly ancestors: readonly string[];
  /** Units by file, so that a child named twice is compiled once. */
  readonly done: Map<string, Unit>;
}

/** What compiling reports of child pipelines that cannot be bundled. */
export const childRules = ['child_file_exists', 'child_cycle'] as const;

async function compileUnit(source: SourceFile, work: Work): Promise<Unit> {
  const { options, ancestors } = work;
  const reading = readDot(source, { lenient: options.lenient ?? false });
  if (!reading.graph) return { diagnostics: reading.diagnostics, graph: undefined, bundle: undefined };
  const read = ancestors.length === 0 ? withGoal(reading.graph, options.goal) : reading.graph;
  const { graph, diagnostics: failures } = applyTransforms(read, options.transforms);
  const findings = validate(graph, {
    customTypes: options.customTypes ?? new Set(),
    rules: [...(options.attractorOnly ? [attractorOnly] : []), ...(options.rules ?? [])],
    inheritsContext: ancestors.length > 0,
    sources: new Map([[source.path, source.text.replace(/^\uFEFF/, '')]]),
  });
  const children = await compileChildren(graph, source.path, work);
  const diagnostics = [...reading.diagnostics, ...failures, ...findings, ...children.diagnostics];
  return { diagnostics, graph, bundle: hasErrors(diagnostics) ? undefined : toBundle(graph, children.bundles) };
}

function withGoal(graph: Graph, goal: string | undefined): Graph {
  if (goal === undefined) return graph;
  return {
    ...graph,
    attributes: withAttribute(graph.attributes, stringAttribute('goal', goal, 'explicit', graph.span)),
  };
}

async function compileChildren(graph: Graph, from: string, work: Work) {
  const diagnostics: (readonly Diagnostic[])[] = [];
  const bundles = new Map<string, Bundle>();
  for (const reference of childReferences(graph)) {
    const unit = await compileChild(reference, from, work);
    diagnostics.push(unit.diagnostics);
    if (unit.bundle) bundles.set(reference.path, unit.bundle);
  }
  return { diagnostics: diagnostics.flat(), bundles };
}

async function compileChild(
  { path, place }: ChildReference,
  from: string,
  { options, ancestors, done }: Work,
): Promise<Unit> {
  const refuse = (rule: (typeof childRules)[number], message: string, hint: string): Unit => ({
    diagnostics: [finding(rule, 'error', message, place, hint)],
    graph: undefined,
    bundle: undefined,
  });
  const file = await options.readFile(path, from);
  if (file === undefined)
    return refuse(
      'child_file_exists',
      `the child pipeline ${path} cannot be read`,
      'Write the path as seen from the folder of this file.',
    );
  const trail = [...ancestors, from];
  if (trail.includes(file.path)) {
    const circle = [...trail.slice(trail.indexOf(file.path)), file.path].join(' -> ');
    return refuse(
      'child_cycle',
      `the child pipeline contains itself: ${circle}`,
      'Use a loop inside one pipeline instead.',
    );
  }
  const known = done.get(file.path);
  if (known) return known;
  const unit = await compileUnit(file, { options, ancestors: trail, done });
  done.set(file.path, unit);
  return unit;
}
