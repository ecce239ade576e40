import { isJsonObject } from '../../shared/json.ts';
import { listOf, textOf } from '../graph/attributes.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { nearestAmong } from '../scan/nearest.ts';
import type { LintContext } from './lint-rule.ts';

/** What a graph says about who sets which context key. */
export interface WrittenKeys {
  /** Whether the key is set by the engine, declared by a node, or declared as an input of the run. */
  has(key: string): boolean;
  /** Whether the key has keys below it that are written: `tool` has `tool.output`. */
  hasBelow(key: string): boolean;
  /** The declared key that another is most likely a misspelling of, for hints. */
  nearest(key: string): string | undefined;
  /** True when a parent's context or a handler unknown to us may bring anything: no key can be called unwritten. */
  readonly open: boolean;
}

/** Keys of 5.1 that every run has. */
const engineKeys = ['outcome', 'preferred_label', 'current_node', 'last_stage', 'last_response', 'graph.goal'];

/** Namespaces of 5.1 by the handler that fills them. */
const namespaceOfHandler: ReadonlyMap<string, readonly string[]> = new Map([
  ['tool', ['tool', 'tools']],
  ['wait.human', ['human.gate']],
  ['parallel', ['parallel', 'work']],
  ['stack.manager_loop', ['stack']],
]);

export function writtenKeys(graph: Graph, { handlerOf, customTypes, inheritsContext }: LintContext): WrittenKeys {
  const nodes = [...graph.nodes.values()];
  const handlers = new Set(nodes.map(({ id }) => handlerOf(id)));
  const namespaces = ['internal', ...[...handlers].flatMap((handler) => namespaceOfHandler.get(handler) ?? [])];
  const schemas = nodes.map(schemaKeys);
  const listed = nodes.flatMap((node) => [...listOf(node, 'context_keys'), ...listOf(node, 'sub_pipeline.outputs')]);
  const declared = [...listOf(graph, 'inputs'), ...listed, ...schemas.flatMap((keys) => keys ?? [])];
  const mirrored = [...graph.attributes.keys()].map((key) => `graph.${key}`);
  const known = new Set([...engineKeys, ...mirrored, ...declared]);
  const below = new Set([...known, ...namespaces].flatMap(prefixesOf));
  return {
    has: (key) => known.has(key) || prefixesOf(key).some((prefix) => namespaces.includes(prefix)),
    hasBelow: (key) => below.has(key),
    nearest: nearestAmong(new Set(declared)),
    open: inheritsContext || schemas.includes(undefined) || [...handlers].some((handler) => customTypes.has(handler)),
  };
}

/** `a` and `a.b` of `a.b.c`. */
function prefixesOf(key: string): readonly string[] {
  const segments = key.split('.');
  return segments.slice(1).map((_segment, index) => segments.slice(0, index + 1).join('.'));
}

/** Top-level properties of a node's `output_schema`; undefined when it is not a readable schema. */
function schemaKeys(node: Node): readonly string[] | undefined {
  const text = textOf(node, 'output_schema');
  if (text === undefined) return [];
  try {
    const schema: unknown = JSON.parse(text);
    const properties = isJsonObject(schema) ? schema['properties'] : undefined;
    return isJsonObject(properties) ? Object.keys(properties) : undefined;
  } catch {
    // Not JSON: what it declares is unknown, which is what the caller needs to know.
    return undefined;
  }
}
