import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newToolScene } from '../../../../test/support/tool-scene.ts';
import { verifies } from '../../../../test/support/verifies.ts';
import { toolsSection } from '../../../contract/config/tools.ts';
import { parameterCommand } from './parameter-command.ts';
import { shellToolOf } from './shell-tool.ts';

function tool(settings: object) {
  const [read] = toolsSection.parse([{ name: 'it', description: 'Does it.', ...settings }]);
  return shellToolOf(read!);
}

const text = { type: 'string', required: true };

describe('a value', () => {
  const hostile = `'; touch owned; echo "$(touch owned)" \`touch owned\` $HOME \\ # * \n && {x} -- \${x}`;

  test.each([
    ['bare', 'printf %s {x}'],
    ['in double quotes', 'printf %s "{x}"'],
    ['in single quotes', "printf %s '{x}'"],
    ['in a substitution', 'printf %s "$(printf %s {x})"'],
    ['beside other text', `printf %s ""{x}''`],
    ['by its variable', 'printf %s "$ORCHESTRA_PARAM_X"'],
  ])('is data to the shell, %s', async (_where, command) => {
    const { folder, call } = newToolScene();
    expect(await call(tool({ command, parameters: { x: text } }), { x: hostile })).toEqual({
      text: hostile,
      isError: false,
    });
    expect(existsSync(join(folder, 'owned'))).toBe(false);
  });

  test.each(['# {x}\necho ok', `# don't\necho ok "a' {x}"`, ': `{x}`', "cat <<'E'\n{x}\nE"])(
    'is never run, wherever an unwise command puts it: %j',
    async (command) => {
      const { folder, call } = newToolScene();
      await call(tool({ command, parameters: { x: text } }), { x: '$(touch owned)\ntouch owned' });
      expect(existsSync(join(folder, 'owned'))).toBe(false);
    },
  );

  verifies('defect:shell-injection', 'survives any text in any kind of quotes', async () => {
    const { call } = newToolScene();
    const any = fc.string({ unit: fc.constantFrom(...`'"\\\`$(){};|&<>#*?~! \nabé`), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(any, fc.constantFrom('{x}', '"{x}"', "'{x}'"), async (x, place) => {
        expect((await call(tool({ command: `printf '[%s]' ${place}`, parameters: { x: text } }), { x })).text).toBe(
          `[${x}]`,
        );
      }),
      { seed: 7, numRuns: 25 },
    );
  });

  test('that no command can be given is refused', async () => {
    const { call } = newToolScene();
    const echo = tool({ command: 'echo {x}', parameters: { x: text } });
    expect(await call(echo, { x: 'a\0b' })).toMatchObject({ isError: true, text: expect.stringContaining('NUL') });
    expect(await call(echo, { x: 'a'.repeat(200_000) })).toMatchObject({
      isError: true,
      text: expect.stringContaining('120 KB'),
    });
  });
});

test('only declared parameters are looked for; the braces of the shell stay', () => {
  const command = 'awk \'{print $1}\' ${x} {y} {x,y} "${x:-{x}}"';
  expect(parameterCommand(command, new Set(['x']))).toBe(
    'awk \'{print $1}\' ${x} {y} {x,y} "${x:-${ORCHESTRA_PARAM_X}}"',
  );
});

test('parameters have types, defaults and lists of values, and are told to models as JSON Schema', async () => {
  const { call } = newToolScene();
  const typed = tool({
    command: 'printf "%s," {name} {count} {ratio} {deep} {level} {none}',
    parameters: {
      name: { type: 'string', description: 'Who.', required: true },
      count: { type: 'integer', default: 3 },
      ratio: { type: 'number' },
      deep: { type: 'boolean', default: false },
      level: { type: 'string', enum: ['low', 'high'], default: 'low' },
      none: { type: 'string' },
    },
  });
  expect(typed.parameters).toEqual({
    type: 'object',
    properties: {
      name: { type: 'string', description: 'Who.' },
      count: { type: 'integer', default: 3 },
      ratio: { type: 'number' },
      deep: { type: 'boolean', default: false },
      level: { type: 'string', enum: ['low', 'high'], default: 'low' },
      none: { type: 'string' },
    },
    required: ['name'],
    additionalProperties: false,
  });
  expect(await call(typed, { name: 'Ann' })).toMatchObject({ text: 'Ann,3,,false,low,,' });
  expect(await call(typed, { name: '', count: -1, ratio: 0.5, deep: true, level: 'high' })).toMatchObject({
    text: ',-1,0.5,true,high,,',
  });
  for (const wrong of [
    {},
    { name: 1 },
    { name: 'a', count: 1.5 },
    { name: 'a', level: 'middle' },
    { name: 'a', other: '' },
  ])
    expect(await call(typed, wrong)).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^Wrong input for it: /),
    });
});

test('it runs where it says, inside the working folder only, and no longer than it may', async () => {
  const { folder, call } = newToolScene();
  mkdirSync(join(folder, 'deep'));
  symlinkSync('/tmp', join(folder, 'out'));
  expect(await call(tool({ command: 'pwd', cwd: 'deep' }), {})).toMatchObject({ text: `${join(folder, 'deep')}\n` });
  expect(await call(tool({ command: 'pwd', cwd: 'out' }), {})).toMatchObject({ isError: true });
  expect(await call(tool({ command: 'sleep 1000', timeout: '100ms' }), {})).toMatchObject({
    text: '[ended after 0.1 seconds, the time it had]',
  });
});

test('it needs full permissions unless it says what it touches', () => {
  expect(tool({ command: 'true' }).access).toBe('execute');
  expect(tool({ command: 'true', access: 'read' }).access).toBe('read');
});

test('parameters that would share a variable are refused', () => {
  expect(() => tool({ command: 'true', parameters: { a: text, A: text } })).toThrow('$ORCHESTRA_PARAM_A: a, A');
});

test.each([
  [{ name: 'no spaces' }],
  [{ name: 'a'.repeat(65) }],
  [{ parameters: { 'a-b': text } }],
  [{ parameters: { a: { type: 'integer', default: 'x' } } }],
  [{ parameters: { a: { type: 'string', enum: ['a', 1] } } }],
  [{ parameters: { a: { type: 'string', enum: ['a'], default: 'b' } } }],
  [{ timeout: '5 minutes' }],
  [{ command: '' }],
  [{ unknown: true }],
])('the section refuses %j', (settings) => {
  const complete = { name: 'it', description: 'Does it.', command: 'true' };
  expect(toolsSection.safeParse([complete]).success).toBe(true);
  expect(toolsSection.safeParse([{ ...complete, ...settings }]).success).toBe(false);
  expect(toolsSection.safeParse([complete, complete]).success).toBe(false);
});
