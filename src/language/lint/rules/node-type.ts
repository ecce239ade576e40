import { textOf } from '../../graph/attributes.ts';
import { builtInHandlers, shapeToHandler } from '../../graph/handler-type.ts';
import { didYouMean } from '../../scan/nearest.ts';
import type { LintContext, LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

/** 7.2, `type_known`. */
export const typeKnown: LintRule = {
  name: 'type_known',
  apply: (graph, context) =>
    [...graph.nodes.values()].flatMap((node) => {
      const type = textOf(node, 'type');
      if (type === undefined || isKnownType(type, context)) return [];
      const message = `no handler is registered for type ${type}; ${node.id} runs as ${context.handlerOf(node.id)}`;
      return finding(
        'type_known',
        'warning',
        message,
        placeOf(node, 'type'),
        didYouMean(type, [...builtInHandlers, ...context.customTypes]),
      );
    }),
};

/** A shape outside the table of 2.8 makes a codergen node (4.2). */
export const unknownShape: LintRule = {
  name: 'unknown_shape',
  apply: (graph, context) =>
    [...graph.nodes.values()].flatMap((node) => {
      const shape = textOf(node, 'shape');
      const type = textOf(node, 'type');
      if (shape === undefined || shapeToHandler.has(shape)) return [];
      if (type !== undefined && isKnownType(type, context)) return [];
      const message = `shape ${shape} has no meaning here; ${node.id} runs as ${context.handlerOf(node.id)}`;
      return finding(
        'unknown_shape',
        'warning',
        message,
        placeOf(node, 'shape'),
        didYouMean(shape, [...shapeToHandler.keys()]),
      );
    }),
};

function isKnownType(type: string, { customTypes }: LintContext): boolean {
  return builtInHandlers.some((known) => known === type) || customTypes.has(type);
}
