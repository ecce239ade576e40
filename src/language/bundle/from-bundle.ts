import { parseDuration } from '../../shared/duration.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { Attribute, AttributeValue, Attributes, Edge, Graph, Node } from '../graph/graph.ts';
import { noSpan } from '../graph/span.ts';

/** A bundle ready for use. */
export interface OpenBundle {
  readonly graph: Graph;
  /** Child pipelines by the path written in the graph, each again with its own. */
  readonly children: ReadonlyMap<string, OpenBundle>;
}

/**
 * The graph of a bundle and those of its children; places in files are not kept. Every value is
 * checked, because the JSON comes from storage.
 * @throws OrchestraError `BUNDLE_INVALID` naming the first value that is not as it should be
 */
export function fromBundle(json: unknown): OpenBundle {
  const bundle = object(json, 'bundle');
  if (bundle['version'] !== 1) throw invalid('version', 'is not 1');
  const children = list(bundle['children'], 'children').map((item, index): [string, OpenBundle] => {
    const child = object(item, `children.${index}`);
    return [text(child['path'], `children.${index}.path`), fromBundle(child['bundle'])];
  });
  return { graph: readGraph(object(bundle['graph'], 'graph')), children: new Map(children) };
}

const span = noSpan('<bundle>');

function readGraph(graph: JsonObject): Graph {
  const nodes = list(graph['nodes'], 'nodes').map((item, index) =>
    readNode(object(item, `nodes.${index}`), `nodes.${index}`),
  );
  const edges = list(graph['edges'], 'edges').map((item, index) =>
    readEdge(object(item, `edges.${index}`), `edges.${index}`),
  );
  return {
    kind: 'graph',
    name: text(graph['name'], 'name'),
    attributes: readAttributes(graph['attributes'], 'attributes'),
    nodes: new Map(nodes.map((node) => [node.id, node])),
    edges,
    span,
  };
}

function readNode(node: JsonObject, at: string): Node {
  const texts = (key: string) =>
    list(node[key], `${at}.${key}`).map((item, index) => text(item, `${at}.${key}.${index}`));
  return {
    kind: 'node',
    id: text(node['id'], `${at}.id`),
    attributes: readAttributes(node['attributes'], `${at}.attributes`),
    classes: texts('classes'),
    subgraphClasses: texts('subgraphClasses'),
    span,
  };
}

function readEdge(edge: JsonObject, at: string): Edge {
  return {
    kind: 'edge',
    from: text(edge['from'], `${at}.from`),
    to: text(edge['to'], `${at}.to`),
    attributes: readAttributes(edge['attributes'], `${at}.attributes`),
    span,
  };
}

function readAttributes(value: unknown, at: string): Attributes {
  return new Map(
    list(value, at).map((item, index): [string, Attribute] => {
      const attribute = object(item, `${at}.${index}`);
      const key = text(attribute['key'], `${at}.${index}.key`);
      return [key, { key, value: readValue(attribute, `${at}.${index}`), origin: 'explicit', span }];
    }),
  );
}

function readValue(attribute: JsonObject, at: string): AttributeValue {
  const written = text(attribute['text'], `${at}.text`);
  const kind = attribute['kind'];
  switch (kind) {
    case 'string':
    case 'bare':
      return { kind, text: written };
    case 'integer':
    case 'float':
      return { kind, text: written, number: known(Number.isFinite(Number(written)) ? Number(written) : undefined, at) };
    case 'boolean':
      return { kind, text: written, boolean: known(truth.get(written), at) };
    case 'duration':
      return { kind, text: written, ms: known(parseDuration(written), at) };
    default:
      throw invalid(`${at}.kind`, 'is not a kind of literal');
  }
}

const truth = new Map([
  ['true', true],
  ['false', false],
]);

function known<T>(value: T | undefined, at: string): T {
  if (value === undefined) throw invalid(`${at}.text`, 'does not fit its kind');
  return value;
}

function object(value: unknown, at: string): JsonObject {
  if (!isJsonObject(value)) throw invalid(at, 'is not an object');
  return value;
}

function list(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(at, 'is not a list');
  return value;
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string') throw invalid(at, 'is not a text');
  return value;
}

function invalid(at: string, problem: string): OrchestraError {
  return new OrchestraError('BUNDLE_INVALID', `the stored pipeline cannot be read: ${at} ${problem}`);
}
