import { rowOf, type RuleEntry } from './rule-entry.ts';

const row = rowOf('7.2');

/** The rules of section 7.2. */
export const specificationEntries: readonly RuleEntry[] = [
  row('start_node', 'error', 'Exactly one node is the start: the one with `shape=Mdiamond`, else the one called `start`.', {
    example: `
      plan [prompt="Plan the release"]
      plan -> exit`,
    mended: `
      plan [prompt="Plan the release"]
      start -> plan -> exit`,
  }),
  row('terminal_node', 'error', 'Exactly one node is the exit: the one with `shape=Msquare`, else the one called `exit` or `end`.', {
    example: `
      plan [prompt="Plan the release"]
      start -> plan`,
    mended: `
      plan [prompt="Plan the release"]
      start -> plan -> exit`,
  }),
  row('reachability', 'error', 'A way leads from the start to every node; a jump to a retry target is a way.', {
    example: `
      plan [prompt="Plan the release"]
      announce [prompt="Tell the users"]
      start -> plan -> exit
      announce -> exit`,
    mended: `
      plan [prompt="Plan the release"]
      announce [prompt="Tell the users"]
      start -> plan -> announce -> exit`,
  }),
  row('edge_target_exists', 'error', 'An edge leads to a node; a name without statement or way on is taken for a misspelling.', {
    example: `
      plan [prompt="Plan the release"]
      review [prompt="Review the plan"]
      start -> plan -> review -> exit
      plan -> reveiw [condition="outcome=partial_success"]`,
    mended: `
      plan [prompt="Plan the release"]
      review [prompt="Review the plan"]
      start -> plan -> review -> exit
      plan -> review [condition="outcome=partial_success"]`,
  }),
  row('start_no_incoming', 'error', 'No edge leads into the start.', {
    example: `
      plan [prompt="Plan the release"]
      start -> plan -> exit
      plan -> start [condition="outcome=partial_success"]`,
    mended: `
      plan [prompt="Plan the release"]
      start -> plan -> exit
      plan -> plan [condition="outcome=partial_success", max_visits=3]`,
  }),
  row('exit_no_outgoing', 'error', 'No edge leads out of the exit.', {
    example: `
      plan [prompt="Plan the release"]
      announce [prompt="Tell the users"]
      start -> plan -> exit -> announce`,
    mended: `
      plan [prompt="Plan the release"]
      announce [prompt="Tell the users"]
      start -> plan -> announce -> exit`,
  }),
  row('condition_syntax', 'error', 'A condition, on an edge or in `manager.stop_condition`, is one of the language of section 10.', {
    example: `
      plan [prompt="Plan the release"]
      start -> plan
      plan -> exit [condition="outcome=success || outcome=partial_success"]`,
    mended: `
      plan [prompt="Plan the release"]
      start -> plan
      plan -> exit [condition="outcome=success"]
      plan -> exit [condition="outcome=partial_success"]`,
  }),
  row('stylesheet_syntax', 'error', 'The `model_stylesheet` is one of the language of section 8.', {
    example: `
      graph [model_stylesheet="* { llm_model = some-model; }"]
      plan [prompt="Plan the release"]
      start -> plan -> exit`,
    mended: `
      graph [model_stylesheet="* { llm_model: some-model; }"]
      plan [prompt="Plan the release"]
      start -> plan -> exit`,
  }),
  row('type_known', 'warning', 'A `type` is that of a handler: a built-in one, or one that the library was given.', {
    example: `
      ask [type="wait.humn", label="Release?"]
      start -> ask -> exit`,
    mended: `
      ask [type="wait.human", label="Release?"]
      start -> ask -> exit`,
  }),
  row('fidelity_valid', 'warning', 'A fidelity, on the graph, a node or an edge, is one of the six modes of 5.4.', {
    example: `
      plan [prompt="Plan the release", fidelity="summary"]
      start -> plan -> exit`,
    mended: `
      plan [prompt="Plan the release", fidelity="summary:low"]
      start -> plan -> exit`,
  }),
  row('retry_target_exists', 'warning', 'A `retry_target` or `fallback_retry_target`, on a node or the graph, names a node.', {
    example: `
      plan [prompt="Plan the release"]
      test [prompt="Test the release", retry_target=paln]
      start -> plan -> test -> exit`,
    mended: `
      plan [prompt="Plan the release"]
      test [prompt="Test the release", retry_target=plan]
      start -> plan -> test -> exit`,
  }),
  row('goal_gate_has_retry', 'warning', 'A goal gate has a retry target, of its own or of the graph.', {
    example: `
      build [prompt="Build the release"]
      test [prompt="Test the release", goal_gate=true]
      start -> build -> test -> exit`,
    mended: `
      build [prompt="Build the release"]
      test [prompt="Test the release", goal_gate=true, retry_target=build]
      start -> build -> test -> exit`,
  }),
  row('prompt_on_llm_nodes', 'warning', 'A node for an agent has a prompt, or a label to stand in for it.', {
    example: `
      start -> plan -> exit`,
    mended: `
      plan [prompt="Plan the release"]
      start -> plan -> exit`,
  }),
];
