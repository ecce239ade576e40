import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { createNodeTemplateEngine } from '../../agents/templates/node-engine.ts';
import { TemplateError } from '../../engine/ports/template-engine.ts';
import { renderCommand } from './command-template.ts';

const engine = createNodeTemplateEngine();

/** What the shell makes of a rendered command. */
function run(template: string, variables: Readonly<Record<string, unknown>>): string {
  const { command, env } = renderCommand(template, variables, engine);
  const done = spawnSync('/bin/sh', ['-c', command], { env: { PATH: '/usr/bin:/bin', ...env }, encoding: 'utf8' });
  return done.stdout + done.stderr;
}

const hostile = `'; touch /tmp/owned; echo "$(id)" \`id\` $HOME \\ # * \n rm`;

describe('a value of the context', () => {
  test.each([
    ['bare', 'printf %s {{ x }}'],
    ['in double quotes', 'printf %s "{{ x }}"'],
    ['in single quotes', "printf %s '{{ x }}'"],
    ['in a substitution within quotes', 'printf %s "$(printf %s "{{ x }}")"'],
    ['in a here-document', 'cat <<EOF\n{{ x }}\nEOF'],
  ])('is data to the shell, %s', (_where, template) => {
    expect(run(template, { x: hostile }).replace(/^"([^]*)"\n$/, '$1')).toBe(hostile);
  });

  verifies('defect:shell-injection', 'is never run, wherever an unwise template puts it', () => {
    const places = ['# {{ x }}\necho ok', '# don\'t\necho ok "a\' {{ x }}"', ': `{{ x }}`', "cat <<'E'\n{{ x }}\nE"];
    for (const place of places)
      expect(run(place, { x: '$(echo INJECTED >&2)\necho INJECTED' })).not.toMatch(/^INJECTED/m);
  });

  verifies('defect:shell-injection', 'survives any text in any kind of quotes', () => {
    const text = fc.string({ unit: fc.constantFrom(...`'"\\\`$(){};|&<>#*?~! \nabé`) });
    fc.assert(
      fc.property(text, fc.constantFrom('{{ x }}', '"{{ x }}"', "'{{ x }}'"), (x, place) => {
        expect(run(`printf '[%s]' ${place}`, { x })).toBe(`[${x}]`);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  test('stands as it is where it is a number, so that arithmetic works', () => {
    expect(run('echo $(( {{ n }} + 1 ))', { n: 41 })).toBe('42\n');
  });

  test('keeps the meaning of filters, conditions, loops, macros and captured blocks', () => {
    expect(run('echo {{ x | upper }}', { x: "it's" })).toBe("IT'S\n");
    expect(run('{% if x == "yes" %}echo taken{% endif %}', { x: 'yes' })).toBe('taken\n');
    expect(run('printf "<%s>" {% for f in files %}{{ f }} {% endfor %}', { files: ['a b', '$c'] })).toBe('<a b><$c>');
    expect(run('{% macro m(a) %}pre {{ a }}{% endmacro %}printf "<%s>" {{ m(x) }}', { x: 'a;b' })).toBe('<pre a;b>');
    expect(run('{% set y %}{{ x }}!{% endset %}printf "<%s>" {{ y }}', { x: '$a' })).toBe('<$a!>');
    expect(run('echo a   {{- x -}}   b', { x: 'X' })).toBe('aXb\n');
  });

  test('is found past strings and braces that look like the end of an output', () => {
    expect(run(`echo {{ "}}" ~ x }}`, { x: '$a' })).toBe('}}$a\n');
    expect(run(`echo {{ {"k": {"l": x}}["k"]["l"] }}`, { x: '$a' })).toBe('$a\n');
    expect(run(`echo '{% raw %}{{ x }}{% endraw %}' {# {{ x }} #}`, { x: 'no' })).toBe('{{ x }}\n');
  });
});

test('an undefined variable is an error, and so is a filter block that takes outputs apart', () => {
  expect(() => renderCommand('echo {{ nobody }}', {}, engine)).toThrow(TemplateError);
  expect(() => renderCommand('{% filter truncate(3, end="") %}{{ x }}{% endfilter %}', { x: 'long' }, engine)).toThrow(
    TemplateError,
  );
});

test('a template without outputs is plain shell', () => {
  expect(renderCommand('echo "$HOME" ${x#{y}}', {}, engine)).toEqual({ command: 'echo "$HOME" ${x#{y}}', env: {} });
});
