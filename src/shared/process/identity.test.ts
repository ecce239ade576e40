import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { livenessOf, parseStat, thisProcess } from './identity.ts';

test('this process is alive to itself', () => {
  expect(livenessOf(thisProcess())).toBe('alive');
});

test('a process that ended is dead', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  expect(livenessOf({ ...thisProcess(), pid: child.pid as number })).toBe('dead');
});

test('a pid that now belongs to another process is dead', () => {
  expect(livenessOf({ ...thisProcess(), startTime: '1' })).toBe('dead');
});

test('after a reboot of the same host every earlier process is dead', () => {
  expect(livenessOf({ ...thisProcess(), bootId: 'an earlier boot' })).toBe('dead');
});

test('a process of another host or container cannot be judged from here', () => {
  expect(livenessOf({ ...thisProcess(), host: 'elsewhere', bootId: 'elsewhere' })).toBe('unknown');
  expect(livenessOf({ ...thisProcess(), host: 'container', startTime: '1' })).toBe('unknown');
});

test('a command name with blanks and parentheses does not shift the fields of stat', () => {
  const rest = Array.from({ length: 16 }, (_, index) => index).join(' ');
  expect(parseStat(`42 (a) S (b) R 7 40 ${rest} 999 0`)).toEqual({
    state: 'R',
    parent: 7,
    group: 40,
    startTime: '999',
  });
});
