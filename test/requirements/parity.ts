import type { Clauses } from './clauses.ts';

/** Attractor 11.12, the parity matrix: each row is a test of its own, from text to result. And 11.13. */
export const parity = {
  '11.12': {
    'parity:parse-linear': 'Parse a simple linear pipeline.',
    'parity:parse-graph-attributes': 'Parse graph-level attributes.',
    'parity:parse-multi-line': 'Parse multi-line node attributes.',
    'parity:validate-no-start': 'A missing start node is an error.',
    'parity:validate-no-exit': 'A missing exit node is an error.',
    'parity:validate-orphan': 'An orphan node is reported (as the error that 7.2 asks for).',
    'parity:run-linear': 'Execute a linear pipeline of three nodes from end to end.',
    'parity:run-branching': 'Execute both paths of a conditional.',
    'parity:run-retry': 'Execute with retries (max_retries=2).',
    'parity:goal-gate-blocks': 'An unsatisfied goal gate blocks the exit.',
    'parity:goal-gate-allows': 'Satisfied goal gates allow the exit.',
    'parity:human-gate': 'A human gate presents its choices and routes on the selection.',
    'parity:condition-over-weight': 'A condition wins over weight.',
    'parity:weight-tie-break': 'Weight breaks ties among unconditional edges.',
    'parity:lexical-tie-break': 'The target id is the last tie-break.',
    'parity:context-visible': 'Updates of one node are visible to the next.',
    'parity:checkpoint-resume': 'Save and resume give the same result.',
    'parity:stylesheet-by-shape': 'The stylesheet sets a model by shape.',
    'parity:goal-expansion': '`$goal` is expanded in prompts.',
    'parity:fan-out-fan-in': 'Fan-out and fan-in complete.',
    'parity:custom-handler': 'A custom handler is registered and executed.',
    'parity:ten-nodes': 'A pipeline of more than ten nodes completes.',
  },
  '11.13': {
    'smoke:parse': "The smoke test's pipeline has its goal, 5 nodes and 6 edges.",
    'smoke:validate': 'It has no errors.',
    'smoke:execute': 'It succeeds with implement among the completed nodes, and its files exist.',
    'smoke:goal-gate': 'Its goal gate is satisfied.',
    'smoke:checkpoint': 'Its checkpoint stands at done, with plan, implement and review completed.',
  },
} as const satisfies Clauses;
