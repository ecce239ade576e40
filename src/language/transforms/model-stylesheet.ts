import { textOf } from '../graph/attributes.ts';
import { applyStylesheet } from '../stylesheet/apply-stylesheet.ts';
import { parseStylesheet } from '../stylesheet/parse-stylesheet.ts';
import type { Transform } from './transform.ts';

/** Resolves the model properties of every node (8.5, 9.2). What is wrong in the text is reported by the rule `stylesheet_syntax`. */
export const modelStylesheet: Transform = {
  name: 'model_stylesheet',
  apply: (graph) => applyStylesheet(graph, parseStylesheet(textOf(graph, 'model_stylesheet') ?? '').stylesheet),
};
