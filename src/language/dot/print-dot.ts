import { OrchestraError } from '../../shared/errors.ts';
import type { Attributes, AttributeValue, Graph, Node } from '../graph/graph.ts';
import { encodeString, unquotedLiteral } from './literal.ts';

/**
 * Canonical text of a graph in the subset of section 2: reading it gives the same name, nodes, edges,
 * attributes and classes, in the same order; places and origins are those of the new text.
 * @throws OrchestraError `PIPELINE_INVALID` for names the grammar cannot express, which only graphs
 *   of other readers can hold
 */
export function printDot(graph: Graph): string {
  const sections = [
    graph.attributes.size === 0 ? [] : [`  graph ${attributeBlock(graph.attributes)}`],
    [...graph.nodes.values()].map((node) => `  ${nodeId(node.id)}${optionalBlock(node.attributes)}`),
    groups(graph),
    graph.edges.map((edge) => `  ${nodeId(edge.from)} -> ${nodeId(edge.to)}${optionalBlock(edge.attributes)}`),
  ];
  const body = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `digraph ${legal(graph.name, identifier, 'graph name')} {\n${body.join('\n\n')}\n}\n`;
}

/**
 * Classes from subgraphs are no attributes, so they are printed as subgraphs again: nodes with the same
 * list of classes together, a group for each class in the order of the list.
 */
function groups(graph: Graph): readonly string[] {
  const members = Map.groupBy(graph.nodes.values(), (node) => node.subgraphClasses.join(','));
  return [...members.values()].flatMap((nodes) => (nodes[0]?.subgraphClasses ?? []).map((name) => group(name, nodes)));
}

function group(name: string, nodes: readonly Node[]): string {
  return `  subgraph {\n    label=${encodeString(name)}\n${nodes.map((node) => `    ${node.id}`).join('\n')}\n  }`;
}

function optionalBlock(attributes: Attributes): string {
  return attributes.size === 0 ? '' : ` ${attributeBlock(attributes)}`;
}

/** `[key=value, ...]`. */
export function attributeBlock(attributes: Attributes): string {
  const pairs = [...attributes.values()].map(
    ({ key, value }) => `${legal(key, attributeKey, 'attribute key')}=${literal(value)}`,
  );
  return `[${pairs.join(', ')}]`;
}

function literal(value: AttributeValue): string {
  if (value.kind === 'string') return encodeString(value.text);
  // Literals of other languages may look different; quoted, they keep their text.
  const read = unquotedLiteral(value.text);
  return typeof read === 'object' && read.kind === value.kind ? value.text : encodeString(value.text);
}

const identifier = /^[A-Za-z_]\w*$/;
const attributeKey = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;
const keywords: ReadonlySet<string> = new Set(['graph', 'node', 'edge', 'subgraph', 'digraph']);

function nodeId(id: string): string {
  return legal(id, identifier, 'node id');
}

function legal(text: string, pattern: RegExp, what: string): string {
  if (pattern.test(text) && !(what === 'node id' && keywords.has(text))) return text;
  throw new OrchestraError('PIPELINE_INVALID', `the ${what} '${text}' cannot be written as DOT`, {
    hint: 'Use letters, digits and underscores, not beginning with a digit.',
  });
}
