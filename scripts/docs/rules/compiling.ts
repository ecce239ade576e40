import { noSpan } from '../../../src/language/graph/span.ts';
import { stringAttribute } from '../../../src/language/graph/attributes.ts';
import { agentRule } from '../../../src/language/lint/rules/agents.ts';
import { agentProfiles } from '../../../src/language/transforms/agent-profiles.ts';
import { rowOf, type RuleEntry } from './rule-entry.ts';

const row = rowOf('extension');

/** What reading a file reports, before any rule sees its graph. */
export const readerEntries: readonly RuleEntry[] = [
  rowOf('2')('dot_syntax', 'error', 'The text is one of the DOT subset.', {
    example: `
      plan [prompt="Plan the release"]
      start -> plan --> exit`,
    mended: `
      plan [prompt="Plan the release"]
      start -> plan -> exit`,
  }),
  row('graphviz_habit', 'warning', 'The text is one of the DOT subset, also where Graphviz takes more and means the same.', {
    example: `
      plan [prompt="Plan the release" timeout=15m]
      start -> plan -> exit`,
    mended: `
      plan [prompt="Plan the release", timeout=15m]
      start -> plan -> exit`,
    given: { words: 'with `--lenient`; otherwise it is a `dot_syntax`', options: { lenient: true }, always: true },
  }),
  row('duplicate_attribute', 'warning', 'A block sets an attribute once.', {
    example: `
      plan [prompt="Plan the release", timeout=5m, timeout=15m]
      start -> plan -> exit`,
    mended: `
      plan [prompt="Plan the release", timeout=15m]
      start -> plan -> exit`,
  }),
  row('dot_value', 'warning', 'A value means what it seems to: no duration is negative, and no address is cut by a comment.', {
    example: `
      plan [prompt="Plan the release", timeout=-15m]
      start -> plan -> exit`,
    mended: `
      plan [prompt="Plan the release", timeout=15m]
      start -> plan -> exit`,
  }),
  row('subgraph_attribute', 'warning', 'What is meant for the whole graph does not stand inside a subgraph.', {
    example: `
      subgraph cluster_release {
        goal="Version 2 is released"
        plan [prompt="Plan the release"]
      }
      start -> plan -> exit`,
    mended: `
      goal="Version 2 is released"
      subgraph cluster_release {
        plan [prompt="Plan the release"]
      }
      start -> plan -> exit`,
  }),
];

const wholePlan = `
      plan [prompt="Plan the release"]
      start -> plan -> exit`;

/** A project with the agent codex and a profile `critic`, whose prompt file of its role is missing. */
const staffed = {
  transforms: [
    agentProfiles(
      new Map([
        [
          'critic',
          {
            name: 'critic',
            agent: stringAttribute('agent', 'codex', 'transform', noSpan('orchestra.yaml')),
            span: noSpan('orchestra.yaml'),
            attributes: [stringAttribute('agent.permissions', 'read-only', 'transform', noSpan('orchestra.yaml'))],
          },
        ],
      ]),
    ),
  ],
  rules: [
    agentRule({
      names: new Set(['codex', 'critic']),
      problems: new Map([['critic', ['there is no role file "critic"']]]),
    }),
  ],
};

const failing = (what: string) => (): never => {
  throw new Error(what);
};

/** What compiling reports around the rules. */
export const compilingEntries: readonly RuleEntry[] = [
  row('child_file_exists', 'error', 'The pipeline that a node runs is a file that can be read.', {
    example: `
      review [type=sub_pipeline, sub_pipeline.dotfile="reveiw.dot"]
      start -> review -> exit`,
    mended: `
      review [type=sub_pipeline, sub_pipeline.dotfile="review.dot"]
      start -> review -> exit`,
  }),
  row('child_cycle', 'error', 'No pipeline contains itself, however far down.', {
    example: `
      review [type=sub_pipeline, sub_pipeline.dotfile="pipeline.dot"]
      start -> review -> exit`,
    mended: `
      review [type=sub_pipeline, sub_pipeline.dotfile="review.dot"]
      start -> review -> exit`,
  }),
  row('attractor_only', 'error', 'Every attribute with a meaning is one of the Attractor text.', {
    example: `
      plan [prompt="Plan the release", agent=planner]
      start -> plan -> exit`,
    mended: wholePlan,
    given: { words: 'with `--attractor-only`', options: { attractorOnly: true }, always: true },
  }),
  row('agent_known', 'error', 'An agent is one of the project, of Orchestra, or of the program that uses it.', {
    example: `
      plan [prompt="Plan the release", agent=codx]
      start -> plan -> exit`,
    mended: `
      plan [prompt="Plan the release", agent=codex]
      start -> plan -> exit`,
    given: { words: 'where the agents of a project are known, as by every command', options: staffed, always: true },
  }),
  row('agent_profile', 'error', 'A profile that a pipeline names has all its prompt files.', {
    example: `
      plan [prompt="Plan the release", agent=critic]
      start -> plan -> exit`,
    mended: `
      plan [prompt="Plan the release", agent=codex]
      start -> plan -> exit`,
    given: {
      words: 'where `orchestra.yaml` has a profile `critic` with `role: critic`, and no file of that name',
      options: staffed,
      always: true,
    },
  }),
  row('rule_failed', 'error', 'A rule that the library was given (7.4) does not throw.', {
    example: wholePlan,
    mended: wholePlan,
    given: {
      words: 'where the library was given a rule `owner_required` that throws',
      options: { rules: [{ name: 'owner_required', apply: failing('no owners file') }] },
    },
  }),
  row('transform_failed', 'error', 'A transform that the library was given (9.3) returns a graph.', {
    example: wholePlan,
    mended: wholePlan,
    given: {
      words: 'where the library was given a transform `add_review` that throws',
      options: { transforms: [{ name: 'add_review', apply: failing('no reviewer') }] },
    },
  }),
];
