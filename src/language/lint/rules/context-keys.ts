import type { Diagnostic } from '../../../contract/diagnostic.ts';
import { contextPathsOf } from '../../conditions/condition.ts';
import { textOf } from '../../graph/attributes.ts';
import { incoming, type Edge, type Graph, type Node } from '../../graph/graph.ts';
import type { LintContext, LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';
import { writtenKeys, type WrittenKeys } from '../written-keys.ts';

/**
 * Conditions on context keys that nothing is declared to set: a missing key is the empty text, so they
 * route one way for ever. `condition_key_unwritten` names each, `context_keys_offered` the agent nodes
 * whose answer it most likely comes from.
 */
export const contextKeys: LintRule = {
  name: 'context_keys',
  reports: ['condition_key_unwritten', 'context_keys_offered'],
  apply(graph, context) {
    const all = readsIn(graph, context);
    if (all.length === 0) return [];
    const written = writtenKeys(graph, context);
    if (written.open) return [];
    const reads = all.filter(({ key }) => !written.has(key));
    return [...reads.map((read) => unwritten(read, written)), ...offers(graph, reads, context)];
  },
};

function unwritten({ subject, attribute, key }: Read, written: WrittenKeys): Diagnostic {
  const near = written.nearest(key);
  const declaration = `\`context_keys="${key}"\` or \`output_schema\` on the node that sets it, or \`inputs="${key}"\` on the graph`;
  const hint =
    near === undefined
      ? `Declare it: ${declaration} for \`${key}=VALUE\` of the command line.`
      : `Did you mean \`context.${near}\`?`;
  return finding(
    'condition_key_unwritten',
    'warning',
    `no node or input is declared to set the context key ${key}`,
    placeOf(subject, attribute),
    hint,
  );
}

function offers(graph: Graph, reads: readonly Read[], context: LintContext): readonly Diagnostic[] {
  const keysOf = new Map<Node, Set<string>>();
  for (const { subject, key } of reads) {
    if (subject.kind !== 'edge') continue;
    for (const node of answeringNodes(graph, subject.from, context))
      keysOf.set(node, (keysOf.get(node) ?? new Set()).add(key));
  }
  return [...keysOf].map(([node, keys]) => {
    const message = `${node.id} can set ${[...keys].join(', ')} by a line \`key: value\` in its answer`;
    return finding(
      'context_keys_offered',
      'info',
      message,
      placeOf(node),
      `Add \`context_keys="${[...keys].join(',')}"\`.`,
    );
  });
}

interface Read {
  readonly subject: Edge | Node;
  readonly attribute: 'condition' | 'manager.stop_condition';
  readonly key: string;
}

function readsIn(graph: Graph, context: LintContext): readonly Read[] {
  return [
    ...graph.edges.flatMap((edge) => readsOf(edge, 'condition', context)),
    ...[...graph.nodes.values()].flatMap((node) => readsOf(node, 'manager.stop_condition', context)),
  ];
}

const none: readonly Read[] = [];

function readsOf(subject: Edge | Node, attribute: Read['attribute'], context: LintContext): readonly Read[] {
  const text = textOf(subject, attribute);
  const condition = text === undefined ? undefined : context.conditionOf(text).condition;
  const keys = condition === undefined ? [] : contextPathsOf(condition);
  if (keys.length === 0) return none;
  return [...new Set(keys)].map((key) => ({ subject, attribute, key }));
}

/** Nodes looked at for where an answer comes from: this is a hint, and long rows of diamonds are followed from each. */
const mostFollowed = 100;

/** The codergen nodes whose outcome arrives at a node: itself, else those before it, through diamonds. */
function answeringNodes(graph: Graph, nodeId: string, { handlerOf }: LintContext): readonly Node[] {
  const seen = new Set([nodeId]);
  const found: Node[] = [];
  // A Set iterates over members added meanwhile: it is the queue.
  let followed = 0;
  for (const id of seen) {
    followed += 1;
    if (followed > mostFollowed) break;
    const node = graph.nodes.get(id);
    if (node && handlerOf(id) === 'codergen') found.push(node);
    else if (handlerOf(id) === 'conditional') for (const edge of incoming(graph, id)) seen.add(edge.from);
  }
  return found;
}
