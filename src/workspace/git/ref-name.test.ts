import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gitScene } from '../../../test/support/git-scene.ts';
import { refComponent } from './ref-name.ts';

const odd = [
  '',
  '.',
  '..',
  '@',
  '-',
  '--all',
  'a.lock',
  'a.lock.lock',
  '.git',
  'a..b',
  'a b',
  'a/b',
  'HEAD',
  '@{1}',
  'ü',
  '\n',
  '\0',
  '\ud800',
  '~^:?*[\\',
];

test('plain words are as they are, and the rest can be read', () => {
  expect(refComponent('fan#1')).toBe('fan#1');
  expect(refComponent('fan#1/security')).toBe('fan#1%2Fsecurity');
  expect(refComponent('v1.2')).toBe('v1.2');
  expect(refComponent('a.lock')).toBe('a%2Elock');
  expect(refComponent('größe 2')).toBe('gr%C3%B6%C3%9Fe%202');
});

test('git takes every name', () => {
  const { checkout, env, run } = gitScene();
  const head = run(checkout, 'rev-parse', 'HEAD');
  const texts = [...odd, ...fc.sample(fc.string({ unit: 'binary', maxLength: 150 }), { numRuns: 80, seed: 7 })];
  const names = [...new Set(texts.map((text) => `refs/heads/orchestra/p/${refComponent(text)}`))];
  // Each is checked as a ref is that is made; as files side by side, so that none may be another's.
  const input = names.map((name) => `create ${name} ${head}\n`).join('');
  execFileSync('git', ['update-ref', '--stdin'], { cwd: checkout, env, input });
  expect(run(checkout, 'for-each-ref', '--format=%(refname)', 'refs/heads/orchestra').split('\n').toSorted()).toEqual(
    names.toSorted(),
  );
  const dashed = spawnSync('git', ['check-ref-format', '--branch', refComponent('--all')], { env });
  expect(dashed.status).toBe(0);
});

test('different texts have different names, of a bounded length', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(...odd),
    fc.string({ unit: fc.constantFrom('%', '.', '2', 'F', 'é'), maxLength: 60 }),
  );
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(refComponent(one).length).toBeLessThanOrEqual(100);
      expect(refComponent(one) === refComponent(other)).toBe(one === other);
    }),
    { numRuns: 2_000, seed: 11 },
  );
});
