import { expect } from 'vitest';
import { dryRunPipeline } from '../src/app/dry-run.ts';
import { parseStatusFile } from '../src/engine/handlers/status-file.ts';
import { compile } from '../src/language/compile.ts';
import { parseCondition } from '../src/language/conditions/parse-condition.ts';
import { formatDot } from '../src/language/dot/format-dot.ts';
import { readDot } from '../src/language/dot/read-dot.ts';
import { validate } from '../src/language/lint/validate.ts';
import { parseStylesheet } from '../src/language/stylesheet/parse-stylesheet.ts';
import { variablesOf } from '../src/language/templates/variables-of.ts';
import { parseDuration } from '../src/shared/duration.ts';
import { verifies } from './support/verifies.ts';
import { blocksRun } from './support/work.ts';

/** Tasks that grow with `n`: ordinary ones, and those that tempt a reader to look at everything again. */
type Tasks = Readonly<Record<string, (n: number) => () => unknown>>;

const strictly = (body: (n: number) => string) => (n: number) => {
  const text = body(n);
  return () => readDot({ path: 'a.dot', text });
};
const leniently = (body: (n: number) => string) => (n: number) => {
  const text = body(n);
  return () => readDot({ path: 'a.dot', text }, { lenient: true });
};
const each = (n: number, make: (index: number) => string, between = '\n') =>
  Array.from({ length: n }, (_, index) => make(index)).join(between);

const dot: Tasks = {
  statements: strictly((n) => `digraph G { ${'a [x=1, y="two"] a -> b\n'.repeat(n)} }`),
  'different nodes': strictly((n) => `digraph G { ${each(n, (index) => `n${index} [x=${index}]`)} }`),
  'one long string': strictly((n) => `digraph G { a [x="${'text \\n // '.repeat(n)}"] }`),
  'one long block': strictly((n) => `digraph G { a [${each(n, (index) => `k${index}=1`, ', ')}] }`),
  'the same key again': strictly((n) => `digraph G { a [${'x=1, '.repeat(n)} x=1] }`),
  'blocks behind blocks': leniently((n) => `digraph G { a ${'[x=1]'.repeat(n)} }`),
  'one long chain': strictly((n) => `digraph G { ${'a -> '.repeat(n)} a }`),
  'one long id': strictly((n) => `digraph G { ${'a_'.repeat(n)} -> ${'b-'.repeat(n)} }`),
  'one long number': strictly(
    (n) => `digraph G { a [x=${'9'.repeat(n)}, y=-${'9'.repeat(n)}s, z=.${'0'.repeat(n)}x] }`,
  ),
  'subgraphs with defaults': strictly((n) => `digraph G { ${'subgraph { label=L node [x=1] a }\n'.repeat(n)} }`),
  'subgraphs in subgraphs': strictly((n) => `digraph G { ${'subgraph { '.repeat(n)} ${'}'.repeat(n)} }`),
  'braces in braces': leniently((n) => `digraph G { ${'{ '.repeat(n)} ${'}'.repeat(n)} }`),
  'edges into braces': strictly((n) => `digraph G { ${'a -> { '.repeat(n)} ${'}'.repeat(n)} }`),
  brackets: strictly((n) => `digraph G { ${'a [ '.repeat(n)} ${']'.repeat(n)} }`),
  'braces never closed': strictly((n) => `digraph G { ${'subgraph { '.repeat(n)}`),
  'mistakes everywhere': strictly((n) => `digraph G { ${'a -- b [x=1 y=2]\n'.repeat(n)} }`),
  'habits everywhere': leniently((n) => `strict digraph { ${'"a b":p -- c [x=1 y=2; z=<b>]\n'.repeat(n)} }`),
  'strings left open': strictly((n) => `digraph G { ${'a [x="b]\n'.repeat(n)}`),
  quotes: strictly((n) => `digraph G { ${'"'.repeat(n)} }`),
  'HTML left open': leniently((n) => `digraph G { a [${'x=<b '.repeat(n)}`),
  'HTML in HTML': leniently((n) => `digraph G { a [x=${'<'.repeat(n)}${'>'.repeat(n)}] }`),
  'comments opened in a comment': strictly((n) => `digraph G { ${'/* '.repeat(n)}`),
  'dashes and stray characters': strictly(
    (n) => `digraph G { ${'-'.repeat(n)} ${'@'.repeat(n)} ${'\u00a0'.repeat(n)} }`,
  ),
};

const others: Tasks = {
  'a condition of many clauses': (n) => () => parseCondition(`outcome=success${' && context.a.b!="x"'.repeat(n)}`),
  'brackets and quotes in a condition': (n) => () => parseCondition(`${'('.repeat(n)}${'a " '.repeat(n)}`),
  'a string left open in a condition': (n) => () => parseCondition(`context.a="${'\\"'.repeat(n)}`),
  'a key of many parts': (n) => () => parseCondition(`context${'.a'.repeat(200 + n)}=1`),
  'a stylesheet of many rules': (n) => () => parseStylesheet('#a { llm_model: "m"; } '.repeat(n)),
  'a stylesheet left open': (n) => () => parseStylesheet(`${'* { '.repeat(n)}"`),
  'a stylesheet of spaces': (n) => () => parseStylesheet(`* { llm_model: a${' '.repeat(n)}b`),
  'template tags': (n) => () => variablesOf('{{ a.b }}{% if c %}{# d #}'.repeat(n)),
  'template tags left open': (n) => () => [
    variablesOf('{{ '.repeat(n)),
    variablesOf('{% '.repeat(n)),
    variablesOf('{# '.repeat(n)),
  ],
  'template strings left open': (n) => () => variablesOf('{{ "'.repeat(n)),
  'raw template blocks left open': (n) => () => variablesOf('{% raw %}'.repeat(n)),
  'a status file': (n) => () => parseStatusFile(`{"outcome":"success","suggested_next_ids":[${'"a",'.repeat(n)}"a"]}`),
  'a status file in brackets': (n) => () => parseStatusFile(`${'['.repeat(n)}${']'.repeat(n)}`),
  'a duration': (n) => () => parseDuration(`${' '.repeat(n)}${'9'.repeat(n)}s`),
};

const ends = 'start [shape=Mdiamond] exit [shape=Msquare]';
const linted = (body: (n: number) => string) => (n: number) => {
  const { graph, diagnostics } = readDot({ path: 'a.dot', text: `digraph G { ${ends}\n${body(n)} }` });
  if (!graph) throw new Error(diagnostics[0]?.message);
  // A new value each time, as what is derived from a graph is kept.
  return () => validate({ ...graph });
};

const graphs: Tasks = {
  'a chain': linted((n) => `start -> ${each(n, (index) => `n${index}`, ' -> ')} -> exit`),
  'a loop': linted((n) => `start -> ${each(n, (index) => `n${index}`, ' -> ')} -> n0 -> exit`),
  'a star': linted((n) => each(n, (index) => `start -> n${index} -> exit [condition="context.k${index}=1"]`)),
  'misspelt names': linted((n) => each(n, (index) => `start -> name_${index} name_${index} -> names_${index}`)),
  'misspelt attributes': linted((n) =>
    each(n, (index) => `start -> n${index} -> exit n${index} [promt${index}="x", retry_target=m${index}]`),
  ),
  'goal gates that no jump leads back to': linted(
    (n) =>
      `start -> ${each(n, (index) => `n${index}`, ' -> ')} -> exit ${each(n - 1, (index) => `n${index} [goal_gate=true, retry_target=n${index + 1}]`)}`,
  ),
  'rows of diamonds': linted(
    (n) =>
      `start -> ${each(n, (index) => `d${index}`, ' -> ')} -> exit ${each(n, (index) => `d${index} [shape=diamond] d${index} -> exit [condition="context.k=1"]`)}`,
  ),
  'fan-outs in each other': linted(
    (n) =>
      `start -> p0 j0 -> exit ${each(n, (index) => `p${index} [shape=component] j${index} [shape=tripleoctagon] p${index} -> x${index} -> j${index} p${index} -> ${index + 1 < n ? `p${index + 1} j${index + 1} ->` : ''} j${index}`)}`,
  ),
  'wrong conditions': linted((n) =>
    each(n, (index) => `start -> n${index} -> exit [condition="a b && c d && ${index}"]`),
  ),
};

const walked = (body: (n: number) => string) => (n: number) => async () => {
  const text = `digraph G { node [label=step] ${ends}\n${body(n)} }`;
  const { bundle } = await compile({ path: 'a.dot', text }, { readFile: async () => undefined });
  return dryRunPipeline(bundle ?? expect.fail(`not valid: ${text}`), {});
};

const walks: Tasks = {
  'a row of nodes': walked((n) => `start -> ${each(n, (index) => `n${index}`, ' -> ')} -> exit`),
  'rounds of a loop': walked(
    (n) => `start -> n -> n [condition="outcome=success", max_visits=${n}, weight=1] n -> exit`,
  ),
  'branches of a fan-out, a few at a time': walked(
    (n) =>
      `start -> fan fan [shape=component] ${each(n, (index) => `fan -> n${index} -> join`)} join [shape=tripleoctagon] join -> exit`,
  ),
};

/** The names of tasks that run more than `most` times as many blocks for eight times the size. */
async function tooSlow(tasks: Tasks, size: number, most: number): Promise<readonly string[]> {
  const slow: string[] = [];
  for (const [name, task] of Object.entries(tasks)) {
    const small = await blocksRun(task(size), task(size));
    // What runs next to nothing for a small text may run as much as that text is long.
    const ratio = (await blocksRun(task(8 * size), task(size))) / Math.max(size, small);
    if (ratio > most) slow.push(`${name}: ${ratio.toFixed(1)} times`);
  }
  return slow;
}

// What is quadratic runs 64 times as many.
verifies(
  ['dot:linear-time', 'input:linear'],
  'eight times the DOT text takes about eight times the work',
  async () => {
    expect(await tooSlow(dot, 300, 10)).toEqual([]);
  },
  120_000,
);

verifies(
  'input:linear',
  'so do conditions, stylesheets, templates, status files and durations',
  async () => {
    expect(await tooSlow(others, 300, 10)).toEqual([]);
  },
  120_000,
);

verifies(
  'input:linear',
  'and the rules, on graphs that make them look far',
  async () => {
    expect(await tooSlow(graphs, 300, 10)).toEqual([]);
  },
  120_000,
);

verifies(
  'input:linear',
  'and formatting',
  async () => {
    const formatted = (n: number) => () =>
      formatDot({ path: 'a.dot', text: `digraph G {${'a [x=1] // note\n'.repeat(n)}}` });
    expect(await tooSlow({ 'nodes with comments': formatted }, 300, 10)).toEqual([]);
  },
  120_000,
);

verifies(
  'input:linear',
  'and dry runs',
  async () => {
    expect(await tooSlow(walks, 100, 10)).toEqual([]);
  },
  120_000,
);
