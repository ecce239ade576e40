import type { Clauses } from './clauses.ts';

/** Attractor 7, "Validation and Linting", and our own warnings. */
export const validation = {
  '7.1': {
    'diagnostic:fields': 'A diagnostic has rule, severity, message, place, node or edge, and a hint.',
    'diagnostic:severity': 'Errors keep the pipeline from running; warnings and information do not.',
  },
  '7.2': {
    'lint:start_node': 'Exactly one start: none and two are errors.',
    'lint:terminal_node': 'Exactly one exit: none and two are errors.',
    'lint:reachability': 'A node that cannot be reached from the start is an error; retry targets count as ways.',
    'lint:edge_target_exists': 'An edge to a node that does not exist is an error.',
    'lint:start_no_incoming': 'An edge into the start is an error.',
    'lint:exit_no_outgoing': 'An edge out of the exit is an error.',
    'lint:condition_syntax': 'A condition that does not parse is an error at its place.',
    'lint:stylesheet_syntax': 'A stylesheet that does not parse is an error at its place.',
    'lint:type_known': 'A type nobody registered is a warning.',
    'lint:fidelity_valid': 'A fidelity that is none of the six is a warning, on node, edge and graph.',
    'lint:retry_target_exists': 'A retry target that names no node is a warning, on node and graph.',
    'lint:goal_gate_has_retry': 'A goal gate without any retry target is a warning.',
    'lint:prompt_on_llm_nodes': 'An agent node without prompt and label is a warning.',
  },
  '7.3': {
    'lint:validate': 'Validating gives all diagnostics of all rules, ordered by place.',
    'lint:validate-or-raise': '`validateOrThrow` throws when there is an error, and gives the rest back otherwise.',
  },
  '7.4': {
    'lint:custom-rules': 'A registered rule runs after the built-in ones.',
    'lint:rule-throws': 'A rule that throws becomes a diagnostic naming the rule.',
  },
  'Our warnings': {
    'lint:own:unknown-shape': 'A shape outside the table is a warning, with the nearest one as hint.',
    'lint:own:enum-value': 'A word that an attribute does not know is a warning, with the words it knows.',
    'lint:own:duration': 'A duration that is none is a warning.',
    'lint:own:goal-gate-unreachable': 'A goal gate its retry target cannot lead back to is a warning.',
    'lint:own:fan-out-without-fan-in': 'A fan-out whose branches have no common fan-in is a warning.',
    'lint:own:unbounded-loop': 'A loop no limit ends is a warning.',
    'lint:own:unwritten-key': 'A condition on a context key that nothing writes is a warning.',
    'lint:own:unknown-outcome':
      'A comparison of the outcome with what is no status is a warning, with the nearest one as hint.',
    'lint:own:undefined-variable': 'A template variable that nothing sets is a warning.',
    'lint:own:attribute-name': 'An attribute that looks like a misspelt known one is pointed out.',
    'lint:own:attribute-kind': 'A value of the wrong kind (a weight that is no number) is a warning.',
    'lint:own:attribute-missing': 'A node without the attribute its handler needs is a warning.',
    'lint:own:fan-in-without-fan-out': 'A fan-in that no fan-out leads to is a warning.',
    'lint:own:race': 'A race with fewer than two agents, or where none works, and a judge without one are warnings.',
    'lint:own:human-gate':
      'A gate without choices, with a key used twice, or with a default that is no choice is a warning.',
    'lint:own:jinja-hint': 'Text that looks like a template in a graph without `templates=jinja2` is pointed out.',
    'lint:own:context-keys-hint': 'An edge on a key that a node could report gets the hint to use `context_keys`.',
    'lint:own:attractor-only': '`--attractor-only` makes every extension of ours an error.',
    'lint:reference':
      'The reference page has every rule, with an example that earns it and one that is mended, both compiled.',
    'lint:own:lenient': '`--lenient` reads the Graphviz habits that are otherwise refused.',
  },
} as const satisfies Clauses;
