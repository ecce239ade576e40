import { textOf } from '../graph/attributes.ts';
import type { Graph } from '../graph/graph.ts';
import { placeOf, type Place } from '../graph/place.ts';

/** A child pipeline that a graph names. */
export interface ChildReference {
  /** As written. */
  readonly path: string;
  /** Of the attribute that names it. */
  readonly place: Place;
}

const keys = ['stack.child_dotfile', 'sub_pipeline.dotfile'];

/** Every child pipeline of a graph, each path once, at its first place (4.11, 9.4). */
export function childReferences(graph: Graph): readonly ChildReference[] {
  const references = [graph, ...graph.nodes.values()].flatMap((owner) =>
    keys.flatMap((key): readonly ChildReference[] => {
      const path = textOf(owner, key);
      return path === undefined ? [] : [{ path, place: placeOf(owner, key) }];
    }),
  );
  return [...Map.groupBy(references, ({ path }) => path).values()].flatMap(([first]) => first ?? []);
}
