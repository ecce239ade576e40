import { join, sep } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sized } from '../../test/support/size.ts';
import { verifies } from '../../test/support/verifies.ts';
import { fileName } from './file-name.ts';

test.for([
  ['plan', 'plan'],
  ['code_review-2.1', 'code_review-2.1'],
  ['..', '%2E%2E'],
  ['.', '%2E'],
  ['', '%'],
  ['a/b', 'a%2Fb'],
  ['a\\b', 'a%5Cb'],
  ['.hidden', '%2Ehidden'],
  ['ends.', 'ends%2E'],
  ['con', '%63on'],
  ['Aux.txt', '%41ux.txt'],
  ['console', 'console'],
  ['prüfen', 'pr%C3%BCfen'],
  ['fan#1@2/a', 'fan%231%402%2Fa'],
  ['100%', '100%25'],
  ['artifacts', '%61rtifacts'],
  ['checkpoint.json', '%63heckpoint.json'],
  ['restart-1', '%72estart-1'],
])('%j is stored as %j', ([id, expected]) => {
  expect(fileName(id!)).toBe(expected);
});

test('a long id is cut and told apart by a digest', () => {
  const [a, b] = [fileName(`${'ü'.repeat(300)}a`), fileName(`${'ü'.repeat(300)}b`)];
  expect(a).toHaveLength(200);
  expect(a).not.toBe(b);
});

verifies(
  ['run-dir:encoded-ids', 'defect:path-escape'],
  'no id leads out of its folder, and no two ids share a name',
  () => {
    const id = fc.string({
      unit: fc.constantFrom('.', '/', '\\', '%', '~', 'a', '2', 'E', '\0', ' ', 'ü', '-', '😀'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(id, id, (one, other) => {
        const name = fileName(one);
        expect(join('/base', name)).toBe(`/base${sep}${name}`);
        expect(name).toMatch(/^[\w%~-](?:[\w.%~-]*[\w%~-])?$/);
        expect(name === fileName(other)).toBe(one === other);
      }),
      { seed: 5, numRuns: sized({ everyday: 2_000, full: 200_000 }) },
    );
  },
);
