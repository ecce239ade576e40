import { describe, expect, test } from 'vitest';
import { programLimitsSection } from '../../contract/config/sandbox.ts';
import { bytesOf, containerLimitInExit, limitInExit, limitWords } from './limits.ts';

test('sizes are powers of 1024, however they are written', () => {
  for (const size of ['4GB', '4 GiB', '4g']) {
    expect(programLimitsSection.parse({ memory: size })).toEqual({ memory: size });
    expect(bytesOf(size)).toBe(4 * 2 ** 30);
  }
  for (const size of ['4', '-1GB', '0GB', '1.5GB', 'GB'])
    expect(programLimitsSection.safeParse({ memory: size }).success).toBe(false);
});

test('limits are words of prlimit, and none without them', () => {
  expect(limitWords({})).toEqual([]);
  expect(limitWords({ memory: '1MB', cpu_seconds: 60, open_files: 256, processes: 10 })).toEqual(
    'prlimit --data=1048576 --cpu=60:65 --nofile=256 --nproc=10 --'.split(' '),
  );
});

describe('the limit that ended a program', () => {
  test.each([
    { exitCode: null, signal: 'SIGXCPU' },
    { exitCode: 152, signal: null },
  ])('is that of processor time, by %j', (exit) => {
    expect(limitInExit({ cpu_seconds: 2 }, exit)).toMatch('limit of 2 s of processor time');
    expect(limitInExit({ memory: '1GB' }, exit)).toBeUndefined();
  });

  test('is probably that of memory where a container is killed by nobody we know', () => {
    const killed = { exitCode: 137, signal: null };
    expect(containerLimitInExit({ memory: '1GB' }, killed)).toMatch('probably because its limit of 1GB');
    expect(containerLimitInExit({ memory: '1GB' }, { ...killed, endedBy: 'abort' })).toBeUndefined();
    expect(containerLimitInExit({ cpu_seconds: 1 }, killed)).toBeUndefined();
    expect(containerLimitInExit({ memory: '1GB' }, { exitCode: 1, signal: null })).toBeUndefined();
  });
});
