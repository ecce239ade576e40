import { plainValue, type Attributed } from './attributes.ts';
import type { Graph } from './graph.ts';

/** An attribute of a node that is not the same in two versions of a pipeline; undefined where it is not set. */
export interface AttributeChange {
  readonly node: string;
  readonly key: string;
  readonly before: string | number | boolean | undefined;
  readonly after: string | number | boolean | undefined;
}

/** Attributes of nodes in both versions that differ, in the order of the older one. */
export function attributeChanges(before: Graph, after: Graph): readonly AttributeChange[] {
  return [...before.nodes.values()].flatMap((node) => {
    const edited = after.nodes.get(node.id);
    if (!edited) return [];
    const keys = new Set([...node.attributes.keys(), ...edited.attributes.keys()]);
    return [...keys]
      .map((key) => ({ node: node.id, key, before: valueOf(node, key), after: valueOf(edited, key) }))
      .filter((change) => change.before !== change.after);
  });
}

function valueOf(owner: Attributed, key: string): string | number | boolean | undefined {
  const attribute = owner.attributes.get(key);
  return attribute && plainValue(attribute.value);
}
