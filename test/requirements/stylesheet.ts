import type { Clauses } from './clauses.ts';

/** Attractor 8, "Model Stylesheet". */
export const stylesheet = {
  '8.2': {
    'stylesheet:grammar':
      'A stylesheet is rules of a selector and declarations in braces; the last semicolon may be missing.',
    'stylesheet:value:string': 'A property value may be quoted; the quotes are no part of it.',
    'stylesheet:value:bare': 'A bare value may hold `.`, `:` and `-`.',
    'stylesheet:unknown-property': 'A property other than the three is reported.',
    'stylesheet:syntax-error':
      'A fault is reported at its place in the pipeline file, and several are reported at once.',
  },
  '8.3': {
    'stylesheet:selector:universal': '`*` matches every node.',
    'stylesheet:selector:shape': 'A shape name matches the nodes of that shape.',
    'stylesheet:selector:class': '`.name` matches the nodes of that class, those from subgraph labels included.',
    'stylesheet:selector:id': '`#id` matches that node.',
    'stylesheet:specificity': 'Id wins over class, class over shape, shape over universal.',
    'stylesheet:later-wins': 'Of two rules of equal specificity the later wins.',
    'stylesheet:explicit-wins': 'An attribute written on the node wins over every rule.',
  },
  '8.4': {
    'stylesheet:properties': '`llm_model`, `llm_provider` and `reasoning_effort` are set, each by itself.',
  },
  '8.5': {
    'stylesheet:resolution': "A model property comes from node, stylesheet, graph, then the system's default.",
    'stylesheet:before-validation': 'The stylesheet is applied after reading and before the rules look at the graph.',
  },
  '8.6': {
    'example:8.6': 'The example gives plan, implement and critical_review the models its text names.',
  },
} as const satisfies Clauses;
