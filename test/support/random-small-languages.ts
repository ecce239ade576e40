import { innateNames, type Language } from './random-texts.ts';
import type { Random } from './random.ts';

/** The languages inside attributes and files beside a pipeline. */

const contextKey = (random: Random): string =>
  ['context', ...random.some(2, () => 'a'), random.pick(['x', 'tests_passed', ...innateNames])].join('.');
const literal = (random: Random): string =>
  random.pick(['success', 'a.b:c-d', '42', '-7', 'true', '""', '"a \\"b\\""', 'constructor']);

const clause = (random: Random): string => {
  const key = random.pick(['outcome', 'preferred_label', contextKey(random)]);
  return `${key}${random.pick(['=', '!=', ' = '])}${literal(random)}`;
};

export const conditionLanguage: Language = {
  valid: (random) =>
    [clause(random), ...random.some(3, () => clause(random))].join(random.pick(['&&', ' && ', '\n&&\t'])),
  words: [
    ...'outcome preferred_label context context. . = == != && & || | ! ( ) < >= + - and or not 42 -7 " \\ \\" \'x\''.split(
      ' ',
    ),
    ...innateNames,
  ],
};

const declaration = (random: Random): string =>
  `${random.pick(['llm_model', 'llm_provider', 'reasoning_effort'])}${random.pick([':', ' : '])}${random.pick(['m', 'a.b:c-d', '"a b"', '"\\n"', '__proto__'])}`;

const styleRule = (random: Random): string => {
  const selector = random.pick(['*', 'box', '.code', '.constructor', '#plan', '#__proto__', 'toString']);
  const declarations = [declaration(random), ...random.some(2, () => declaration(random))].join(
    random.pick([';', '; ', ';\n']),
  );
  return `${selector}${random.pick(['', ' '])}{ ${declarations}${random.pick(['', ';'])} }`;
};

export const stylesheetLanguage: Language = {
  valid: (random) => random.some(4, () => styleRule(random)).join(random.pick(['', ' ', '\n'])),
  words: [
    ...'* . # { } : ; , " \\ /* // llm_model llm_provider reasoning_effort color a a.b 12 > + box .code #plan'.split(
      ' ',
    ),
    ...innateNames,
  ],
};

export const durationLanguage: Language = {
  valid: (random) => `${random.below(random.pick([2, 1_000, 2 ** 53]))}${random.pick(['ms', 's', 'm', 'h', 'd'])}`,
  words: '0 1 99 9007199254740993 1e9 -1 +1 .5 ms s m h d w us S P1D NaN Infinity 0x10'.split(' '),
};

const expression = (random: Random): string =>
  random.pick(['goal', 'a.b', 'x | default("}}")', 'f(y, z=1)', "d['k']", 'n is defined', '1 + 2', ...innateNames]);

const tag = (random: Random): string =>
  random.pick([
    `{{ ${expression(random)} }}`,
    `{%- if ${expression(random)} -%}yes{% endif %}`,
    `{% for k, v in ${expression(random)} %}{{ k }}{% endfor %}`,
    '{# note {{ no }} #}',
    '{% raw %}{{ no }}{% endraw %}',
    'text ',
  ]);

export const templateLanguage: Language = {
  valid: (random) => random.some(5, () => tag(random)).join(''),
  words: [
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    '{%-',
    '-}}',
    'raw',
    'endraw',
    'for',
    'in',
    'set',
    '=',
    '|',
    '.',
    '"',
    "'",
    '\\',
    'a',
    '(',
  ],
};

function json(random: Random, depth: number): unknown {
  switch (random.below(depth === 0 ? 4 : 6)) {
    case 0:
      return random.pick(['success', 'fail', 'throw:no', 'throw-transient:', 'TIMEOUT', 'skipped', '', '\uD800']);
    case 1:
      return random.pick([0, -1, 1.5, 1e308, 2 ** 53]);
    case 2:
      return random.pick([true, false, null]);
    case 3:
    case 4:
      return random.some(3, () => json(random, Math.max(0, depth - 1)));
    default:
      return Object.fromEntries(random.some(4, () => [random.pick(jsonKeys), json(random, depth - 1)]));
  }
}

const jsonKeys = [
  ...'outcome status text preferred_label suggested_next_ids context_updates notes failure_reason delay_ms'.split(' '),
  ...'graph.goal internal.x review'.split(' '),
  ...innateNames,
];

/** JSON documents: status files, scripts and lists of answers among them. */
export const jsonLanguage: Language = {
  valid: (random) =>
    JSON.stringify(random.once(3) ? { outcome: 'success', context_updates: json(random, 2) } : json(random, 4)),
  words: [
    ...'{ } [ ] , : " \\ \\u \\ud800 null true 1e999 -0 .5 // NaN'.split(' '),
    ...jsonKeys.map((key) => `"${key}"`),
  ],
};
