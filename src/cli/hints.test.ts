import { readFileSync, globSync } from 'node:fs';
import { generateHelpTextForAllCommands, type Application, type CommandContext } from '@stricli/core';
import { expect, test } from 'vitest';
import { catalogue } from '../shared/error-catalogue.ts';
import { buildCli } from './app.ts';

/** Help texts by command. They are made without a context: which one commands take plays no part. */
const helps = new Map(
  generateHelpTextForAllCommands(buildCli() as unknown as Application<CommandContext>).map(
    ([route, help]): [string, string] => [route.replace('orchestra ', ''), help],
  ),
);

/** What texts for users tell them to type: `orchestra ...` in backquotes, or at the end behind a colon. */
function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/(?:`|with: )orchestra ((?:[^`'"\\$]|\\.)+)/g)].map(([, command = '']) => command.trim());
}

function expectToExist(command: string, place: string): void {
  const words = command.split(/\s+/);
  const [first = '', second = ''] = words;
  const help = helps.get(first) ?? helps.get(`${first} ${second}`);
  expect(help, `${place}: orchestra ${command}`).toBeDefined();
  const known = /--([a-z]+(?:-[a-z]+)*)/g;
  for (const word of words.filter((each) => each.startsWith('--'))) {
    const [flag = ''] = /^--[a-z-]+/.exec(word) ?? [];
    expect(
      [...(help ?? '').matchAll(known)].map(([each]) => each),
      `${place}: ${command}`,
    ).toContain(flag);
  }
}

test('every command a hint of the catalogue names exists, with its flags', () => {
  for (const [code, { hint }] of Object.entries(catalogue)) {
    for (const command of commandsIn(hint)) expectToExist(command, code);
  }
});

test('every command any text of the program names exists, with its flags', () => {
  const files = globSync('src/**/*.ts', { exclude: ['**/*.test.ts'] });
  const named = files.flatMap((file) =>
    commandsIn(readFileSync(file, 'utf8')).map((command) => [file, command] as const),
  );
  expect(named.length).toBeGreaterThan(20);
  for (const [file, command] of named) expectToExist(command, file);
});

test('every hint says what to do, in a sentence', () => {
  for (const [code, { hint, meaning }] of Object.entries(catalogue)) {
    expect(hint, code).toMatch(/^[A-Z`].*\.$/);
    expect(meaning, code).toMatch(/^[A-Zo].*\.$/);
  }
});
