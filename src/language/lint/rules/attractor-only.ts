import { attributeEntry } from '../../graph/attribute-catalogue.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

/** Run only when asked for: every attribute that is an extension of ours is an error. */
export const attractorOnly: LintRule = {
  name: 'attractor_only',
  apply: (graph) =>
    [graph, ...graph.nodes.values(), ...graph.edges].flatMap((subject) =>
      [...subject.attributes.values()]
        // What a profile of the project adds is no part of the text.
        .filter(({ origin }) => origin !== 'transform')
        .filter(({ key }) => attributeEntry(subject.kind, key)?.section === 'extension')
        .map(({ key }) =>
          finding(
            'attractor_only',
            'error',
            `${key} is an extension, not part of the Attractor text`,
            placeOf(subject, key),
            'Remove it, or compile without `--attractor-only`.',
          ),
        ),
    ),
};
