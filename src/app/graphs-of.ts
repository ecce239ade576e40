import type { Bundle } from '../language/bundle/bundle.ts';
import { fromBundle, type OpenBundle } from '../language/bundle/from-bundle.ts';
import type { Graph } from '../language/graph/graph.ts';

/** The graph of a bundle and those of all pipelines below it. */
export function graphsOf(bundle: Bundle): readonly Graph[] {
  const collect = ({ graph, children }: OpenBundle): readonly Graph[] => [
    graph,
    ...[...children.values()].flatMap(collect),
  ];
  return collect(fromBundle(bundle));
}
