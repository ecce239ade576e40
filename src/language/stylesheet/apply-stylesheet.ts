import { textOf } from '../graph/attributes.ts';
import type { Attribute, Graph, Node } from '../graph/graph.ts';
import type { Span } from '../graph/span.ts';
import { modelProperties, type ModelProperty, type Selector, type Stylesheet } from './stylesheet.ts';

/**
 * Sets the model properties of every node by 8.5: what the node's own statement says stands; then the
 * most specific rule, the later among equals (8.3); then a default block; then the graph's attribute
 * of that name. Default blocks give way to rules because 2.11 calls them a baseline, as against the
 * "explicit attributes on individual nodes" that 8.5 protects.
 */
export function applyStylesheet(graph: Graph, stylesheet: Stylesheet): Graph {
  const cascade = createCascade(stylesheet);
  const { span } = graph.attributes.get('model_stylesheet') ?? graph;
  const nodes = new Map([...graph.nodes].map(([id, node]) => [id, styled(node, graph, cascade, span)]));
  return { ...graph, nodes };
}

function styled(node: Node, graph: Graph, cascade: Cascade, sheet: Span): Node {
  const changes: Attribute[] = [];
  for (const property of modelProperties) {
    const own = textOf(node, property) === undefined ? undefined : node.attributes.get(property);
    if (own !== undefined && own.origin !== 'default') continue;
    const value = valueFor(node, cascade[property]);
    // Who works is asked of the graph when it is needed; as an attribute of every node it would stand on gates and tools, too.
    const inherited = property === 'agent' ? undefined : graph.attributes.get(property);
    if (value !== undefined)
      changes.push({ key: property, value: { kind: 'string', text: value }, origin: 'stylesheet', span: sheet });
    else if (own === undefined && inherited !== undefined) changes.push({ ...inherited, origin: 'default' });
  }
  if (changes.length === 0) return node;
  return {
    ...node,
    attributes: new Map([...node.attributes, ...changes.map((change): [string, Attribute] => [change.key, change])]),
  };
}

/** For each property, the last value given to each selector, as written: `*`, `box`, `.code`, `#review`. */
type Cascade = Readonly<Record<ModelProperty, ReadonlyMap<string, Ranked>>>;

interface Ranked {
  /** Position in the stylesheet: the later wins between two classes. */
  readonly order: number;
  readonly value: string;
}

function createCascade(stylesheet: Stylesheet): Cascade {
  const cascade = {
    llm_model: new Map<string, Ranked>(),
    llm_provider: new Map<string, Ranked>(),
    reasoning_effort: new Map<string, Ranked>(),
    agent: new Map<string, Ranked>(),
  };
  for (const [order, { selector, declarations }] of stylesheet.rules.entries()) {
    for (const { property, value } of declarations) cascade[property].set(selectorText(selector), { order, value });
  }
  return cascade;
}

function selectorText(selector: Selector): string {
  switch (selector.kind) {
    case 'universal':
      return '*';
    case 'shape':
      return selector.name;
    case 'class':
      return `.${selector.name}`;
    case 'id':
      return `#${selector.name}`;
  }
}

function valueFor(node: Node, values: ReadonlyMap<string, Ranked>): string | undefined {
  if (values.size === 0) return undefined;
  // An agent in a race is meant by the id of the node it works on.
  const byId = values.get(`#${node.id}`) ?? racing(node, values);
  if (byId) return byId.value;
  const byClass = node.classes.flatMap((name) => values.get(`.${name}`) ?? []);
  if (byClass.length > 0) return byClass.reduce((a, b) => (a.order > b.order ? a : b)).value;
  return (values.get(textOf(node, 'shape') ?? 'box') ?? values.get('*'))?.value;
}

function racing(node: Node, values: ReadonlyMap<string, Ranked>): Ranked | undefined {
  const raced = textOf(node, 'shape') === 'tripleoctagon' ? undefined : textOf(node, 'race.of');
  return raced === undefined ? undefined : values.get(`#${raced}`);
}
