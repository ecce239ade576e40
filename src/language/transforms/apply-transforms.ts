import type { Diagnostic } from '../../contract/diagnostic.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Graph } from '../graph/graph.ts';
import { finding, placeOf } from '../graph/place.ts';
import { modelStylesheet } from './model-stylesheet.ts';
import { race } from './race.ts';
import type { Transform } from './transform.ts';
import { variableExpansion } from './variable-expansion.ts';

/** Ours, then those of 9.2 in its order; the preamble of that list is made at execution time. */
export const builtInTransforms: readonly Transform[] = [race, variableExpansion, modelStylesheet];

export interface Transformed {
  readonly graph: Graph;
  /** One error for each transform that failed; the graph is then the one before it. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs the built-in transforms, then the given ones in their order (9.3). A failing transform is reported, never thrown. */
export function applyTransforms(graph: Graph, custom: readonly Transform[] = []): Transformed {
  const diagnostics: Diagnostic[] = [];
  let current = graph;
  for (const transform of [...builtInTransforms, ...custom]) {
    try {
      current = checked(transform.apply(current));
    } catch (thrown) {
      const message = `the transform ${transform.name} failed: ${messageOf(thrown)}`;
      diagnostics.push(
        finding('transform_failed', 'error', message, placeOf(graph), 'Correct the transform, or do not register it.'),
      );
    }
  }
  return { graph: current, diagnostics };
}

/** Custom transforms may be plain JavaScript: what the type promises is checked where it enters. */
function checked(result: Graph | undefined): Graph {
  if (result?.kind !== 'graph') throw new TypeError('it did not return a graph');
  return result;
}
