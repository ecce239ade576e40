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
