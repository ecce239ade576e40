import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Environment } from 'minijinja-js';
import initialize, { Environment as BrowserEnvironment } from 'minijinja-js/dist/web/minijinja_js.js';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../shared/json.ts';
import { templateVariables } from '../handlers/step-template-variables.ts';
import { TemplateError, type TemplateEngine } from '../ports/template-engine.ts';
import { createMinijinjaEngine } from './minijinja-engine.ts';

async function browserBuild(): Promise<TemplateEngine> {
  const path = createRequire(import.meta.url).resolve('minijinja-js/dist/web/minijinja_js_bg.wasm');
  await initialize({ module_or_path: new Uint8Array(await readFile(path)) });
  return createMinijinjaEngine(new BrowserEnvironment());
}

const builds: readonly (readonly [string, () => TemplateEngine | Promise<TemplateEngine>])[] = [
  ['Node', () => createMinijinjaEngine(new Environment())],
  ['browser', browserBuild],
];

describe.each(builds)('the template engine of the %s build', (_name, start) => {
  test('renders context values, unescaped and with the last line end', async () => {
    const { variables } = templateVariables(
      new Map<string, Json>([
        ['plan.files', ['a<b', 'c']],
        ['count', 2],
      ]),
    );
    const text = '{{ count }}: {{ plan.files | join(", ") }}{% if extra is defined %}!{% endif %}\n';
    expect((await start()).render(text, variables)).toBe('2: a<b, c\n');
  });

  test('knows the usual Python methods', async () => {
    expect((await start()).render('{{ "a,b".split(",") | length }} {{ m.items() | length }}', { m: { k: 1 } })).toBe(
      '2 1',
    );
  });

  test('refuses what is undefined, with line, excerpt and name', async () => {
    const engine = await start();
    expect(() => engine.render('one\n{{ nobody }}', {})).toThrow(
      new TemplateError('line 2: undefined value in "{{ nobody }}": nobody is not set'),
    );
    const template = '{{ plan.size }} of {{ plan.all }} for {{ who }}{% set own = 1 %}{{ own }}';
    expect(() => engine.render(template, { plan: { size: 1 } })).toThrow('": plan.all, who are not set');
    expect(() => engine.render('{{ plan.missing }}', { plan: {} })).toThrow(TemplateError);
    expect(() => engine.render('{% if %}', {})).toThrow('line 1: syntax error: unexpected end of block in "{% if %}"');
  });

  test('ends a template that would run for ever, and works on', async () => {
    const engine = await start();
    const loop = '{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}';
    expect(() => engine.render(loop, {})).toThrow(TemplateError);
    expect(engine.render('{{ x }}', { x: 1 })).toBe('1');
  });

  test('reaches no code and no file', async () => {
    const engine = await start();
    expect(() => engine.render('{{ x.constructor.constructor("return 1")() }}', { x: {} })).toThrow(TemplateError);
    expect(() => engine.render('{% include "/etc/passwd" %}', {})).toThrow(TemplateError);
  });
});
