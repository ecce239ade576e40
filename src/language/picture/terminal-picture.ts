import { flagOf, integerOf, textOf } from '../graph/attributes.ts';
import { type Edge, type Graph, type Node, outgoing } from '../graph/graph.ts';
import { handlerTypeOf } from '../graph/handler-type.ts';
import { readingOrder } from './reading-order.ts';
import { columnsOf, padTo, printable, wrapText } from './text-layout.ts';

export interface TerminalPictureOptions {
  /** Columns of the terminal. */
  readonly width?: number;
  /** Run state by node id, shown in brackets. */
  readonly states?: ReadonlyMap<string, string>;
}

/**
 * A graph as plain text: every node with its handler, label and state, and below it where the walk can
 * go from there and when. Edges back to a node further up are marked.
 *
 * @example
 * gate  conditional: Tests passing?
 *   -> exit       "Yes" if outcome=success
 *   -> implement  "No" if outcome!=success (back)
 */
export function terminalPicture(graph: Graph, options: TerminalPictureOptions = {}): string {
  const width = Math.max(20, options.width ?? 80);
  const order = readingOrder(graph);
  const positions = new Map(order.map((id, position) => [id, position]));
  const lines = heading(graph, width);
  for (const node of order.map((id) => graph.nodes.get(id)).filter((found) => found !== undefined)) {
    lines.push('', ...hanging(`${node.id}  `, nodeText(graph, node, options.states?.get(node.id)), width));
    // One by one: a node may have more ways out than a call takes arguments.
    for (const { lead, text } of waysOut(graph, node, positions)) lines.push(...hanging(lead, text, width));
  }
  return `${lines.map((line) => printable(line).trimEnd()).join('\n')}\n`;
}

function heading(graph: Graph, width: number): string[] {
  const goal = textOf(graph, 'goal');
  return [
    ...wrapText(textOf(graph, 'label') ?? graph.name, width),
    ...(goal === undefined ? [] : hanging('Goal: ', goal, width)),
  ];
}

function nodeText(graph: Graph, node: Node, state: string | undefined): string {
  const label = textOf(node, 'label');
  const parts = [
    label === undefined || label === node.id ? handlerTypeOf(graph, node) : `${handlerTypeOf(graph, node)}: ${label}`,
    flagOf(node, 'goal_gate') ? '(goal gate)' : '',
    state === undefined ? '' : `[${state}]`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

interface Way {
  readonly lead: string;
  readonly text: string;
}

function waysOut(graph: Graph, node: Node, positions: ReadonlyMap<string, number>): readonly Way[] {
  const edges = outgoing(graph, node.id);
  const longest = edges.reduce((columns, { to }) => Math.max(columns, columnsOf(to)), 0);
  const position = positions.get(node.id) ?? 0;
  const ways = edges.map((edge) => {
    const back = (positions.get(edge.to) ?? position + 1) <= position;
    return { lead: `  -> ${padTo(edge.to, longest)}  `, text: edgeText(edge, back) };
  });
  const targets = [textOf(node, 'retry_target'), textOf(node, 'fallback_retry_target')].filter(
    (id) => id !== undefined,
  );
  return targets.length === 0 ? ways : [...ways, { lead: '  on failure -> ', text: targets.join(', else ') }];
}

function edgeText(edge: Edge, back: boolean): string {
  const label = textOf(edge, 'label');
  const condition = textOf(edge, 'condition');
  const maxVisits = integerOf(edge, 'max_visits');
  const parts = [
    label === undefined ? '' : `"${label}"`,
    condition === undefined ? '' : `if ${condition}`,
    flagOf(edge, 'loop_restart') ? '(restart)' : '',
    back ? '(back)' : '',
    maxVisits === undefined ? '' : `(at most ${maxVisits} visits)`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** `text` behind `lead`, further lines below its beginning, or less far in where too little room is left. */
function hanging(lead: string, text: string, width: number): readonly string[] {
  const indent = Math.min(columnsOf(lead), Math.floor(width / 2));
  const [first = '', ...rest] = wrapText(text, width - columnsOf(lead));
  const below = wrapText(rest.join(' '), width - indent).map((line) => ' '.repeat(indent) + line);
  return [lead + first, ...below];
}
