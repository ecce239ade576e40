import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variablesOf } from './variables-of.ts';

describe('the variables of a template', () => {
  it.each<[string, readonly string[]]>([
    ['no tags', []],
    ['{{ goal }} and {{goal}} and {{ tool.output }}', ['goal', 'tool.output']],
    ['{%- if pr_number == 3 and not repo %}x{% elif a in b %}{% else %}{% endif %}', ['pr_number', 'repo', 'a', 'b']],
    ['{% for item in items %}{{ item.name }} {{ loop.index }}{% endfor %}', ['items']],
    ['{% for k, v in pairs | dictsort %}{{ k }}={{ v }}{% endfor %}', ['pairs']],
    ['{% set x = y + 1 %}{{ x }}', ['y']],
    ['{% with a = b %}{{ a }}{% endwith %}', ['b']],
    ['{% macro m(p) %}{{ p }}{% endmacro %}{{ m(q) }}', ['q']],
    ['{{ a | upper | join(sep, attribute=b) }}', ['a', 'sep', 'b']],
    ['{{ a | default("x") }} {{ b|d(c) }} {% if e is defined %}{% endif %}{% if f is not defined %}{% endif %}', ['c']],
    ['{% if n is divisibleby(m) %}{% endif %}', ['n', 'm']],
    ['{{ "text {{ not }} a name" }} {{ a["key"].member }} {{ list[0] }}', ['a', 'list']],
    ['{# {{ hidden }} #}{% raw %}{{ hidden }}{% endraw %}{{ shown }}', ['shown']],
    ['{{ true and none }} {{ 1e5 }} {{ if_not }}', ['if_not']],
    ['{{ unclosed', []],
  ])('of %j are %j', (template, expected) => {
    expect(variablesOf(template)).toEqual(expected);
  });

  it('are found in any text without throwing', () => {
    const parts = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      '{#',
      '#}',
      'a',
      '.',
      '|',
      '"',
      "'",
      '\\',
      ' ',
      'for',
      'in',
      'is',
      '(',
      '=',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(parts), (text) => {
        for (const variable of variablesOf(text.join(''))) expect(variable).toMatch(/^[A-Za-z_][\w.]*$/);
      }),
      { numRuns: 1_000, seed: 2 },
    );
  });
});
