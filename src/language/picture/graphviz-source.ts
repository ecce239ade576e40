import { flagOf, textOf } from '../graph/attributes.ts';
import type { Edge, Graph, Node } from '../graph/graph.ts';
import { handlerTypeOf, shapeToHandler } from '../graph/handler-type.ts';
import { printable, wrapText } from './text-layout.ts';

export interface GraphvizOptions {
  /** Run state by node id; each becomes the class `state-<state>` of the node's group in the SVG. */
  readonly states?: ReadonlyMap<string, string>;
  /** Indexes of the edges a run took; each gets the class `taken`. */
  readonly taken?: ReadonlySet<number>;
  /** Longest line of a label, in columns. */
  readonly labelWidth?: number;
}

/**
 * DOT text for Graphviz, made from the graph and never from the user's file: Graphviz refuses dotted
 * keys, and attributes of ours that mean something else to it must not reach it.
 *
 * In the SVG each node is a group with the id `node-<id>` and the classes `handler-<type>` and
 * `state-<state>`, each edge one with the id `edge-<index>` and perhaps
 * the class `taken`, so that style sheets can colour a run.
 */
export function graphvizSource(graph: Graph, options: GraphvizOptions = {}): string {
  const lines = [
    `graph ${block({ rankdir: directionOf(graph), label: textOf(graph, 'label') ?? graph.name, labelloc: 't', fontname })}`,
    `node ${block({ fontname, fontsize: '12' })}`,
    `edge ${block({ fontname, fontsize: '10' })}`,
    ...[...graph.nodes.values()].map((node) => nodeStatement(graph, node, options)),
    ...graph.edges.map((edge, index) => edgeStatement(edge, index, options)),
  ];
  return `digraph ${quote(graph.name)} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

// The one sans-serif font Graphviz knows the measures of; others make labels overflow.
const fontname = 'Helvetica';
const defaultLabelWidth = 28;
const longestTooltip = 400;

function directionOf(graph: Graph): string {
  const written = textOf(graph, 'rankdir') ?? '';
  return ['TB', 'LR', 'BT', 'RL'].includes(written) ? written : 'TB';
}

function nodeStatement(graph: Graph, node: Node, { states, labelWidth }: GraphvizOptions): string {
  const handler = handlerTypeOf(graph, node);
  const state = states?.get(node.id);
  const classes = [`handler-${className(handler)}`, ...(state === undefined ? [] : [`state-${className(state)}`])];
  return `${quote(node.id)} ${block({
    label: wrapText(textOf(node, 'label') ?? node.id, labelWidth ?? defaultLabelWidth).join('\n'),
    shape: shapeOf(node, handler),
    id: `node-${node.id}`,
    class: classes.join(' '),
    tooltip: (textOf(node, 'prompt') ?? textOf(node, 'tool_command') ?? node.id).slice(0, longestTooltip),
  })}`;
}

function edgeStatement(edge: Edge, index: number, { labelWidth, taken }: GraphvizOptions): string {
  const condition = textOf(edge, 'condition');
  const label = textOf(edge, 'label') ?? condition;
  return `${quote(edge.from)} -> ${quote(edge.to)} ${block({
    ...(label === undefined ? {} : { label: wrapText(label, labelWidth ?? defaultLabelWidth).join('\n') }),
    id: `edge-${index}`,
    class: `${condition === undefined ? 'unconditional' : 'conditional'}${taken?.has(index) ? ' taken' : ''}`,
    ...(condition === undefined ? {} : { tooltip: condition }),
    ...(flagOf(edge, 'loop_restart') ? { style: 'dashed' } : {}),
  })}`;
}

const handlerShapes: ReadonlyMap<string, string> = new Map([
  ...[...shapeToHandler].map(([shape, handler]): [string, string] => [handler, shape]),
  ['sub_pipeline', 'box3d'],
]);

/** The shape that was written where it is one of 2.8, else the shape of what the node does: Graphviz warns of unknown ones. */
function shapeOf(node: Node, handler: string): string {
  const written = textOf(node, 'shape');
  return written !== undefined && shapeToHandler.has(written) ? written : (handlerShapes.get(handler) ?? 'box');
}

function className(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function block(attributes: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(attributes).map(([key, value]) => `${key}=${quote(value)}`);
  return `[${pairs.join(', ')}];`;
}

/** Backslashes are doubled, so that no text is taken for one of Graphviz's own escapes such as `\N`. */
function quote(text: string): string {
  return `"${printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
