import type { Diagnostic } from '../../../contract/diagnostic.ts';
import { contextPathsOf } from '../../conditions/condition.ts';
import { textOf } from '../../graph/attributes.ts';
import { incoming, type Edge, type Graph, type Node } from '../../graph/graph.ts';
import { nearest } from '../../scan/nearest.ts';
import type { LintContext, LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';
import { writtenKeys } from '../written-keys.ts';

/** A condition on a context key that nothing declares to write: a missing key is the empty text, so it routes one way for ever. */
export const conditionKeyUnwritten: LintRule = {
  name: 'condition_key_unwritten',
  apply: (graph, context) => {
    const { declared } = writtenKeys(graph, context);
    return unwrittenReads(graph, context).map(({ subject, attribute, key }) => {
      const near = nearest(key, declared);
      const hint =
        near === undefined
          ? `Declare it where it comes from: \`context_keys="${key}"\` or \`output_schema\` on a node, or \`inputs="${key}"\` on the graph for \`${key}=VALUE\` of the command line.`
          : `Did you mean \`context.${near}\`?`;
      return finding('condition_key_unwritten', 'warning', `no node or input is declared to set the context key ${key}`, placeOf(subject, attribute), hint);
    });
  },
};

/** Offers `context_keys` on the agent nodes whose answer an unwritten key most likely comes from. */
export const contextKeysOffered: LintRule = {
  name: 'context_keys_offered',
  apply(graph, context) {
    const offers = new Map<Node, Set<string>>();
    for (const { subject, key } of unwrittenReads(graph, context)) {
      if (subject.kind !== 'edge') continue;
      for (const node of answeringNodes(graph, subject.from, context)) {
        offers.set(node, (offers.get(node) ?? new Set()).add(key));
      }
    }
    return [...offers].map(([node, keys]): Diagnostic => {
      const list = [...keys].join(',');
      return finding('context_keys_offered', 'info', `${node.id} can set ${[...keys].join(', ')} by a line \`key: value\` in its answer`, placeOf(node), `Add \`context_keys="${list}"\`.`);
    });
  },
};

interface Read {
  readonly subject: Edge | Node;
  readonly attribute: 'condition' | 'manager.stop_condition';
  readonly key: string;
}

function unwrittenReads(graph: Graph, context: LintContext): readonly Read[] {
  const written = writtenKeys(graph, context);
  if (written.open) return [];
  const reads = [
    ...graph.edges.flatMap((edge) => readsOf(edge, 'condition', context)),
    ...[...graph.nodes.values()].flatMap((node) => readsOf(node, 'manager.stop_condition', context)),
  ];
  return reads.filter(({ key }) => !written.has(key));
}

function readsOf(subject: Edge | Node, attribute: Read['attribute'], context: LintContext): readonly Read[] {
  const text = textOf(subject, attribute);
  const condition = text === undefined ? undefined : context.conditionOf(text).condition;
  return condition === undefined ? [] : [...new Set(contextPathsOf(condition))].map((key) => ({ subject, attribute, key }));
}

/** The codergen nodes whose outcome arrives at a node: itself, else those before it, through diamonds. */
function answeringNodes(graph: Graph, nodeId: string, { handlerOf }: LintContext): readonly Node[] {
  const seen = new Set([nodeId]);
  const found: Node[] = [];
  // A Set iterates over members added meanwhile: it is the queue.
  for (const id of seen) {
    const node = graph.nodes.get(id);
    if (node && handlerOf(id) === 'codergen') found.push(node);
    else if (handlerOf(id) === 'conditional') for (const edge of incoming(graph, id)) seen.add(edge.from);
  }
  return found;
}
