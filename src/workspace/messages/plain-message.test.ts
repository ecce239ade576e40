import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChangedFile } from '../git/changes.ts';
import { plainMessage } from './plain-message.ts';

function files(change: ChangedFile['change'], ...paths: readonly string[]): readonly ChangedFile[] {
  return paths.map((path) => ({ path, change }));
}

test('a message says what was done to which files, and who did it', () => {
  const changed = [...files('modified', 'src/shop/basket.ts'), ...files('created', 'src/shop/memory.ts')];
  const facts = { node: 'implement', agent: 'claude', model: 'claude-sonnet', turn: 3, files: changed };
  expect(plainMessage(facts)).toBe(`Change 2 files in src/shop

Turn 3 of implement, by claude (claude-sonnet).

- change src/shop/basket.ts
- add src/shop/memory.ts
`);
});

test.each([
  [files('created', 'src/a.test.ts', 'test/b.ts'), 'test: add 2 files'],
  [files('modified', 'README.md'), 'docs: change README.md'],
  [files('deleted', 'docs/a.md', 'docs/guides/b.md'), 'docs: remove 2 files in docs'],
  [files('modified', 'package.json', 'package-lock.json'), 'build: change 2 files'],
  [files('modified', '.github/workflows/check.yml'), 'ci: change .github/workflows/check.yml'],
  [files('created', 'src/a.ts', 'README.md'), 'Add 2 files'],
  [files('modified', `${'folder/'.repeat(20)}a.ts`), 'Change a.ts'],
  [files('modified', `${'x'.repeat(100)}.ts`), `Change ${'x'.repeat(63)}…`],
  [files('modified', 'src/two\nlines.ts'), 'Change "src/two\\nlines.ts"'],
  [files('modified', 'src/a\u202Egpj.ts'), 'Change "src/a\\u{202e}gpj.ts"'],
  [[], 'Change nothing'],
])('the first line of a change %#', (changed, subject) => {
  expect(plainMessage({ node: 'n', files: changed }).split('\n')[0]).toBe(subject);
});

test('long lists are cut', () => {
  const message = plainMessage({
    node: 'n',
    files: files('created', ...Array.from({ length: 500 }, (_, i) => `f${i}`)),
  });
  expect(message.split('\n')).toHaveLength(56);
  expect(message).toMatch(/- and 450 more\n$/);
});

test('whatever the files are called, the first line is short and the list has a line for each', () => {
  const path = fc.string({ unit: 'binary', minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(fc.array(path, { minLength: 1, maxLength: 10 }), (paths) => {
      const message = plainMessage({ node: 'n', files: files('modified', ...paths) });
      const [subject = '', empty, , , ...list] = message.trimEnd().split('\n');
      expect([...subject].length).toBeLessThan(72);
      expect(empty).toBe('');
      expect(list).toHaveLength(paths.length);
    }),
    { seed: 7, numRuns: 100 },
  );
});
