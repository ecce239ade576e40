import { rowOf, type RuleEntry } from './rule-entry.ts';

const row = rowOf('extension');

/** The rules beyond section 7.2, which are never errors. */
export const ownEntries: readonly RuleEntry[] = [
  row('unknown_shape', 'warning', 'A shape is one of the table of 2.8, or a known `type` decides.', {
    example: `
      ask [shape=hexagn, label="Release?"]
      start -> ask -> exit`,
    mended: `
      ask [shape=hexagon, label="Release?"]
      start -> ask -> exit`,
  }),
  row('enum_value', 'warning', 'An attribute with a fixed set of words has one of them.', {
    example: `
      plan [prompt="Plan the release", reasoning_effort=hihg]
      start -> plan -> exit`,
    mended: `
      plan [prompt="Plan the release", reasoning_effort=high]
      start -> plan -> exit`,
  }),
  row('duration_value', 'warning', 'A duration is a whole number with a unit.', {
    example: `
      plan [prompt="Plan the release", timeout="15 minutes"]
      start -> plan -> exit`,
    mended: `
      plan [prompt="Plan the release", timeout=15m]
      start -> plan -> exit`,
  }),
  row('attribute_kind', 'warning', 'A number is a number, and a boolean is `true` or `false`.', {
    example: `
      plan [prompt="Plan the release", max_retries="twice"]
      start -> plan -> exit`,
    mended: `
      plan [prompt="Plan the release", max_retries=2]
      start -> plan -> exit`,
  }),
  row('attribute_name', 'warning', 'An attribute has no name that is nearly another, or that means something only elsewhere.', {
    example: `
      plan [prompt="Plan the release", max_retires=2]
      start -> plan -> exit`,
    mended: `
      plan [prompt="Plan the release", max_retries=2]
      start -> plan -> exit`,
  }),
  row('attribute_missing', 'warning', 'A tool has its command, and a node that runs another pipeline has its file.', {
    example: `
      test [shape=parallelogram, label="Test the release"]
      start -> test -> exit`,
    mended: `
      test [shape=parallelogram, label="Test the release", tool_command="npm test"]
      start -> test -> exit`,
  }),
  row('goal_gate_target_unreachable', 'warning', 'A way leads from the retry target of a goal gate back to the gate.', {
    example: `
      test [prompt="Test the release", goal_gate=true, retry_target=pack]
      pack [prompt="Pack the release"]
      start -> test -> pack -> exit`,
    mended: `
      test [prompt="Test the release", goal_gate=true, retry_target=pack]
      pack [prompt="Pack the release"]
      start -> pack -> test -> exit`,
  }),
  row('fan_out_without_fan_in', 'warning', 'All branches of a fan-out meet in one fan-in.', {
    example: `
      split [shape=component]
      code [prompt="Write the code"]
      manual [prompt="Write the manual"]
      start -> split -> code -> exit
      split -> manual -> exit`,
    mended: `
      split [shape=component]
      code [prompt="Write the code"]
      manual [prompt="Write the manual"]
      join [shape=tripleoctagon]
      start -> split -> code -> join -> exit
      split -> manual -> join`,
  }),
  row('fan_in_without_fan_out', 'warning', 'A fan-in is where all branches of a fan-out meet.', {
    example: `
      code [prompt="Write the code"]
      join [shape=tripleoctagon]
      start -> code -> join -> exit`,
    mended: `
      split [shape=component]
      code [prompt="Write the code"]
      manual [prompt="Write the manual"]
      join [shape=tripleoctagon]
      start -> split -> code -> join -> exit
      split -> manual -> join`,
  }),
  row('race_agents', 'warning', 'A race has two agents or more, on a node that an agent works on.', {
    example: `
      code [prompt="Write the code", race="codex"]
      start -> code -> exit`,
    mended: `
      code [prompt="Write the code", race="claude-code,codex"]
      start -> code -> exit`,
  }),
  row('judge_without_race', 'warning', 'Who judges a race has one to judge.', {
    example: `
      code [prompt="Write the code", race.judge="Which one is shorter?"]
      start -> code -> exit`,
    mended: `
      code [prompt="Write the code", race="claude-code,codex", race.judge="Which one is shorter?"]
      start -> code -> exit`,
  }),
  row('loop_without_bound', 'warning', 'A loop can be left.', {
    example: `
      plan [prompt="Plan the release"]
      write [prompt="Write the code"]
      review [prompt="Review the code"]
      start -> plan -> write -> review -> write
      plan -> exit [condition="outcome=partial_success"]`,
    mended: `
      plan [prompt="Plan the release"]
      write [prompt="Write the code"]
      review [prompt="Review the code"]
      start -> plan -> write -> review -> exit
      review -> write [condition="outcome=partial_success", max_visits=5]`,
  }),
  row('loop_without_bound', 'info', 'A loop has a bound of its own, unless a person decides in it about each round.', {
    example: `
      write [prompt="Write the code"]
      review [prompt="Review the code"]
      start -> write -> review -> exit
      review -> write [condition="outcome=partial_success"]`,
    mended: `
      write [prompt="Write the code"]
      review [prompt="Review the code"]
      start -> write -> review -> exit
      review -> write [condition="outcome=partial_success", max_visits=5]`,
  }),
  row('human_gate_without_choices', 'warning', 'A human gate has edges to choose from.', {
    example: `
      plan [prompt="Plan the release"]
      ask [shape=hexagon, label="Release?"]
      start -> plan -> ask
      plan -> exit [condition="outcome=partial_success"]`,
    mended: `
      plan [prompt="Plan the release"]
      ask [shape=hexagon, label="Release?"]
      start -> plan -> ask
      ask -> exit [label="[Y] Yes"]
      ask -> plan [label="[N] No"]`,
  }),
  row('human_gate_duplicate_key', 'warning', 'Each choice of a human gate has a key of its own.', {
    example: `
      plan [prompt="Plan the release"]
      ask [shape=hexagon, label="Release?"]
      start -> plan -> ask
      ask -> exit [label="Release"]
      ask -> plan [label="Revise"]`,
    mended: `
      plan [prompt="Plan the release"]
      ask [shape=hexagon, label="Release?"]
      start -> plan -> ask
      ask -> exit [label="Release"]
      ask -> plan [label="[P] Plan again"]`,
  }),
  row('human_gate_default_unknown', 'warning', 'The `human.default_choice` of a gate is one of its choices.', {
    example: `
      plan [prompt="Plan the release"]
      ask [shape=hexagon, label="Release?", timeout=1h, human.default_choice="later"]
      start -> plan -> ask
      ask -> exit [label="[Y] Yes"]
      ask -> plan [label="[N] No"]`,
    mended: `
      plan [prompt="Plan the release"]
      ask [shape=hexagon, label="Release?", timeout=1h, human.default_choice="N"]
      start -> plan -> ask
      ask -> exit [label="[Y] Yes"]
      ask -> plan [label="[N] No"]`,
  }),
  row('condition_key_unwritten', 'warning', 'A condition reads context keys that a node or an input is declared to set.', {
    example: `
      start -> deploy [condition="context.stage=production"]
      start -> exit [condition="context.stage!=production"]
      deploy [prompt="Deploy the release"]
      deploy -> exit`,
    mended: `
      graph [inputs="stage"]
      start -> deploy [condition="context.stage=production"]
      start -> exit [condition="context.stage!=production"]
      deploy [prompt="Deploy the release"]
      deploy -> exit`,
  }),
  row('condition_outcome_unknown', 'warning', 'A condition compares the outcome with a status that exists, in its small letters.', {
    example: `
      test [shape=parallelogram, tool_command="npm test"]
      start -> test
      test -> exit [condition="outcome=sucess"]
      test -> mend [condition="outcome!=success"]
      mend [prompt="Mend the tests"]
      mend -> test`,
    mended: `
      test [shape=parallelogram, tool_command="npm test"]
      start -> test
      test -> exit [condition="outcome=success"]
      test -> mend [condition="outcome!=success", max_visits=3]
      mend [prompt="Mend the tests"]
      mend -> test`,
  }),
  row('context_keys_offered', 'info', 'An agent whose answer a condition seems to read says so with `context_keys`.', {
    example: `
      write [prompt="Write the code"]
      review [prompt="Review the code. End with a line: verdict: good, or verdict: bad"]
      start -> write -> review
      review -> exit [condition="context.verdict=good"]
      review -> write [condition="context.verdict!=good", max_visits=5]`,
    mended: `
      write [prompt="Write the code"]
      review [prompt="Review the code. End with a line: verdict: good, or verdict: bad", context_keys="verdict"]
      start -> write -> review
      review -> exit [condition="context.verdict=good"]
      review -> write [condition="context.verdict!=good", max_visits=5]`,
  }),
  row('template_variable_unset', 'warning', 'A template uses variables that a node or an input is declared to set.', {
    example: `
      graph [templates=jinja2]
      plan [prompt="Plan the release of {{ product }}"]
      start -> plan -> exit`,
    mended: `
      graph [templates=jinja2, inputs="product"]
      plan [prompt="Plan the release of {{ product }}"]
      start -> plan -> exit`,
  }),
  row('templates_offered', 'info', 'A graph with template tags in its texts says whether they are templates.', {
    example: `
      graph [inputs="product"]
      plan [prompt="Plan the release of {{ product }}"]
      start -> plan -> exit`,
    mended: `
      graph [templates=jinja2, inputs="product"]
      plan [prompt="Plan the release of {{ product }}"]
      start -> plan -> exit`,
  }),
];
