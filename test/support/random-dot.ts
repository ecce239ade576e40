import { innateNames, type Language } from './random-texts.ts';
import type { Random } from './random.ts';

const ids = ['start', 'exit', 'a', 'b', 'c', 'plan_1', 'graphs', 'true', ...innateNames];
const keys = [
  ...'label class shape type prompt timeout max_retries retry_target goal_gate fidelity condition weight'.split(' '),
  ...'human.default_choice model_stylesheet node x a.b.c'.split(' '),
  ...innateNames,
];
const strings = [
  '"a, b"',
  '""',
  '"say \\"hi\\"\\n"',
  '"two\nlines"',
  '"outcome=success && context.__proto__!=x"',
  '"a ="',
  '"* { llm_model: m } .constructor { llm_model: \\"n\\" }"',
  '"{ nothing"',
  '"{{ goal }} {% if x"',
  '"__proto__,constructor"',
];
const bare = 'box Mdiamond Msquare hexagon diamond component tripleoctagon parallelogram true false 0 42 -1 .5 -3.14';
const values = [...bare.split(' '), '900s', '-5s', 'claude-opus-4.7:beta', 'constructor', '__proto__', ...strings];
const spaces = [' ', '\n', '\r\n', '\t', ' // note\n', '/* a "note" */'];

/** The DOT subset, with Graphviz's habits among the words that mistakes are made of. */
export const dotLanguage: Language = {
  valid: (random) => `digraph ${random.pick(['G', 'Main', 'constructor'])} {${statements(random, 3)}}`,
  words: [
    ...'digraph graph node edge subgraph strict { } [ ] , ; = -> -- => " "x" <b> < // /* */ # + : - . \\ \\n'.split(
      ' ',
    ),
    ...'digraph\u00a0G my-node 2x a:port 99999999999999999999 9s'.split(' '),
    ...ids,
    ...keys,
    ...values,
  ],
};

function statements(random: Random, depth: number): string {
  return random
    .some(6, () => `${random.pick(spaces)}${statement(random, depth)}${random.pick([' ', ';', '\n'])}`)
    .join('');
}

function statement(random: Random, depth: number): string {
  switch (random.below(depth === 0 ? 5 : 6)) {
    case 0:
    case 1:
      return `${random.pick(ids)} ${block(random)}`;
    case 2:
      return `${[random.pick(ids), random.pick(ids), ...random.some(2, () => random.pick(ids))].join(' -> ')} ${block(random)}`;
    case 3:
      return `${random.pick(['graph', 'node', 'edge'])} [${attribute(random)}]`;
    case 4:
      return `${random.pick(['label', 'goal', 'rankdir', ...innateNames])} = ${random.pick(values)}`;
    default:
      return `subgraph ${random.pick(['', 'cluster_a', '__proto__'])} {${statements(random, depth - 1)}}`;
  }
}

function block(random: Random): string {
  if (random.once(3)) return '';
  return `[${[attribute(random), ...random.some(3, () => attribute(random))].join(random.pick([', ', ',', ',\n']))}]`;
}

function attribute(random: Random): string {
  return `${random.pick(keys)}${random.pick(['=', ' = '])}${random.pick(values)}`;
}
