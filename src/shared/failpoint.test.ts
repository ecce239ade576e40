import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { armFailpoint, failpoint } from './failpoint.ts';

test('an unarmed failpoint does nothing', () => {
  expect(() => failpoint('test:nowhere')).not.toThrow();
});

test('an armed failpoint acts once, at the asked pass', () => {
  armFailpoint('test:here', 'throw', 2);
  failpoint('test:here');
  expect(() => failpoint('test:here')).toThrow('failpoint test:here');
  expect(() => failpoint('test:here')).not.toThrow();
});

test('a function is called at every pass until it is disarmed', () => {
  let passes = 0;
  const armed = armFailpoint('test:here', () => (passes += 1));
  failpoint('test:here');
  failpoint('test:here');
  armed[Symbol.dispose]();
  failpoint('test:here');
  expect(passes).toBe(2);
});

test('disposing disarms', () => {
  armFailpoint('test:here', 'throw')[Symbol.dispose]();
  expect(() => failpoint('test:here')).not.toThrow();
});

test('the environment of a child process arms failpoints there', () => {
  const module = fileURLToPath(new URL('./failpoint.ts', import.meta.url));
  const script = `const { failpoint } = await import(${JSON.stringify(module)});
    for (let pass = 1; pass <= 3; pass++) { console.log(pass); failpoint('test:loop'); }`;
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, ORCHESTRA_FAILPOINTS: 'test:loop=kill@2' },
    encoding: 'utf8',
  });
  expect(child.signal).toBe('SIGKILL');
  expect(child.stdout).toBe('1\n2\n');
});
