import type { Clauses } from './clauses.ts';

/** Attractor 10, "Condition Expression Language". */
export const conditions = {
  '10.2': {
    'condition:grammar': 'A condition is clauses joined by `&&`, each a key, `=` or `!=`, and a literal.',
    'condition:literal:quoted': 'A literal may be quoted, with the escapes of DOT strings.',
    'condition:literal:number': 'A literal may be an integer, negative ones included.',
    'condition:literal:boolean': 'A literal may be `true` or `false`.',
    'condition:literal:bare': 'A bare literal may hold `.`, `:` and `-`.',
    'condition:key:dotted': 'A context key may have several segments, as in `context.human.gate.selected`.',
    'condition:syntax-error':
      'A condition that does not parse is reported at the faulty character, never silently false.',
    'condition:unknown-key': 'A key that is none of `outcome`, `preferred_label` and `context.*` is reported.',
  },
  '10.3': {
    'condition:equals': '`=` holds when both sides are the same text.',
    'condition:not-equals': '`!=` holds when they differ.',
    'condition:and': 'All clauses must hold.',
    'condition:outcome': '`outcome` is the status of the node just left: success, retry, fail or partial_success.',
    'condition:preferred-label': '`preferred_label` is the label its outcome prefers.',
    'condition:missing-key': 'A missing context key compares as the empty string.',
    'condition:case-sensitive': 'Texts compare exactly, capitals included.',
  },
  '10.4': {
    'condition:context-prefix': '`context.x` finds the key `context.x`, and else the key `x`.',
    'condition:value-text': 'Numbers and booleans of the context compare as their JSON text.',
  },
  '10.5': {
    'condition:empty': 'An empty condition is no condition: the edge is unconditional.',
    'condition:empty-clause': 'An empty clause between two `&&` is passed over.',
    'condition:bare-key': 'A key alone holds when its value is neither empty nor `false` nor `0`.',
  },
  '10.6': {
    'condition:examples': 'The five examples of the section parse and decide as described.',
  },
  '10.7': {
    'condition:no-extensions': 'Comparison, `or`, `not`, `contains` and `matches` are refused.',
  },
} as const satisfies Clauses;
