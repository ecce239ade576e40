import { stringAttribute, textOf, withAttribute } from '../graph/attributes.ts';
import type { Node } from '../graph/graph.ts';
import type { Transform } from './transform.ts';

/** Replaces every `$goal` in node prompts by the graph's goal, as plain text (9.2, 4.5). Nothing else is expanded. */
export const variableExpansion: Transform = {
  name: 'variable_expansion',
  apply(graph) {
    const goal = textOf(graph, 'goal') ?? '';
    return { ...graph, nodes: new Map([...graph.nodes].map(([id, node]) => [id, expanded(node, goal)])) };
  },
};

function expanded(node: Node, goal: string): Node {
  const prompt = node.attributes.get('prompt');
  if (!prompt?.value.text.includes('$goal')) return node;
  // A function, because in a replacement text `$&` and the like would have a meaning.
  const text = prompt.value.text.replaceAll('$goal', () => goal);
  return {
    ...node,
    attributes: withAttribute(node.attributes, stringAttribute('prompt', text, prompt.origin, prompt.span)),
  };
}
