/** A run of a golden journal: what it needs, how it is started, and its exit code. */
interface GoldenRecipe {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly exit: number;
}

/** Loop, nested fan-out, retry with its timer, tool with a long output, child pipeline, gate answered twice. */
const everything = `digraph Everything {
  graph [goal="Walk every kind of node", default_max_visits=10]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="Plan: $goal"]
  flaky [prompt="Try", max_retries=2]
  fan [shape=component]
  left [prompt="Left"]
  inner [shape=component]
  upper [prompt="Upper"]
  lower [shape=parallelogram, tool_command="echo lower"]
  inner_join [shape=tripleoctagon]
  join [shape=tripleoctagon]
  long [shape=parallelogram, tool_command="yes lines | head -c 75000"]
  child [type="sub_pipeline", sub_pipeline.dotfile="child.dot"]
  gate [shape=hexagon, label="Good?"]
  start -> plan -> flaky -> fan
  fan -> left -> join
  fan -> inner
  inner -> upper -> inner_join
  inner -> lower -> inner_join
  inner_join -> join
  join -> child -> gate
  gate -> plan [label="[A] Again"]
  gate -> long [label="[Y] Yes"]
  long -> exit
}
`;

const child = `digraph Child {
  graph [goal="Be a child"]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Work on $goal"]
  check [shape=diamond]
  start -> work -> check
  check -> work [condition="context.verdict=again", max_visits=3]
  check -> exit
}
`;

const restart = `digraph Restart {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  draft [prompt="Draft"]
  judge [shape=diamond]
  start -> draft -> judge
  judge -> draft [condition="context.verdict=again", loop_restart=true]
  judge -> exit
}
`;

const timed = `digraph Timed {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  gate [shape=hexagon, label="In time?", timeout="50ms", human.default_choice="Y"]
  late [shape=parallelogram, tool_command="sleep 60", timeout="50ms"]
  start -> gate
  gate -> late [label="[Y] Yes"]
  gate -> exit [label="[N] No"]
  late -> exit [condition="outcome=fail"]
}
`;

const failing = `digraph Failing {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  broken [shape=parallelogram, tool_command="echo so far so good; echo then not >&2; exit 3"]
  start -> broken -> exit
}
`;

const asking = `digraph Asking {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  one [shape=hexagon, label="One?"]
  two [shape=hexagon, label="Two?"]
  start -> one
  one -> two [label="[Y] Yes"]
  two -> exit [label="[Y] Yes"]
}
`;

const script = {
  flaky: ['throw-transient: the line was busy', { text: 'done' }],
  plan: [{ text: 'a plan', context_updates: { steps: ['one', 'two'] } }],
  left: ['partial_success'],
  upper: [{ text: 'upper', notes: 'seen' }],
  work: [{ context_updates: { verdict: 'again' } }, { context_updates: { verdict: 'fine' } }],
  draft: [
    { context_updates: { verdict: 'again' } },
    { text: 'x'.repeat(70_000), context_updates: { verdict: 'fine' } },
  ],
};

const scripted = { 'script.json': JSON.stringify(script) };

/** In the order they are run. */
export const goldenRuns: readonly GoldenRecipe[] = [
  {
    name: 'everything',
    files: { ...scripted, 'everything.dot': everything, 'child.dot': child, 'answers.json': '["A", "Y"]' },
    args: ['everything.dot', 'topic=golden', '--script', 'script.json', '--answers', 'answers.json'],
    exit: 0,
  },
  {
    name: 'restart',
    files: { ...scripted, 'restart.dot': restart },
    args: ['restart.dot', '--script', 'script.json'],
    exit: 0,
  },
  { name: 'timed', files: { 'timed.dot': timed }, args: ['timed.dot'], exit: 0 },
  { name: 'failing', files: { 'failing.dot': failing }, args: ['failing.dot'], exit: 1 },
  {
    name: 'skipped',
    files: { 'asking.dot': asking, 'answers.json': '["Y"]' },
    args: ['asking.dot', '--answers', 'answers.json'],
    exit: 1,
  },
  { name: 'waiting', files: { 'asking.dot': asking }, args: ['asking.dot'], exit: 3 },
];
