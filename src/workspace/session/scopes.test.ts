import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sized } from '../../../test/support/size.ts';
import { verifies } from '../../../test/support/verifies.ts';
import type { PlannedRepository, WorkspacePlan } from '../../contract/workspace-plan.ts';
import { branchName, pathFolder, scopeAround, worktreeFolder } from './scopes.ts';

const repository: PlannedRepository = {
  ...{ name: 'app', path: '/app', base: 'c0ffee', prefix: 'orchestra/', push: 'never', pushBranches: false },
};
const plan: WorkspacePlan = {
  ...{ folder: '/runs/r', session: 'Pipe/r', repositories: [repository], verifyTimeoutMs: 1 },
  ...{ commits: 'per_turn', messages: 'plain', hooks: 'run', signing: 'keep', secrets: 'ask' },
  publish: { changeRequest: 'never' },
};

const nameOf = (path: string): string => branchName(plan, repository, path).slice('orchestra/Pipe/r/'.length);

describe('the name of a branch path', () => {
  test.each([
    ['', 'main'],
    ['fan#1/security', 'fan.security'],
    ['fan#2/security', 'fan-2.security'],
    ['fan#1@2/security', 'fan-1-2.security'],
    ['fan#1/a/inner#1/b', 'fan.a.inner.b'],
    ['fan#1/a~2', 'fan.a%7E2'],
    ['sub#1.fan#1/a', 'sub+fan.a'],
    ['fan#1/lock', 'fan%2Elock'],
  ])('of %j is %j', (path, name) => {
    expect(nameOf(path)).toBe(name);
    expect(pathFolder(plan, path)).toBe(`/runs/r/${name}`);
    expect(worktreeFolder(plan, repository, path)).toBe(`/runs/r/${name}/app`);
  });

  test('fits into a file name, however deep and long', () => {
    const part = `${'n'.repeat(300)}#1/${'m'.repeat(300)}`;
    const [one, other] = [`${part}/${part}/${part}x`, `${part}/${part}/${part}y`].map(nameOf);
    expect(one?.length).toBeLessThanOrEqual(200);
    expect(one).not.toBe(other);
  });

  const node = fc.constantFrom('a', 'b', 'a1', 'a_1', '_', 'main', 'lock', 'fan', 'x'.repeat(90), `${'x'.repeat(90)}y`);
  const visit = fc
    .tuple(node, fc.constantFrom(1, 2, 11, 12), fc.constantFrom('', '@2', '@12'))
    .map(([name, number, attempt]) => `${name}#${number}${attempt}`);
  const branch = fc.tuple(node, fc.constantFrom('', '~2', '~12')).map((parts) => parts.join(''));
  const fanOut = fc.array(visit, { minLength: 1, maxLength: 3 }).map((keys) => keys.join('.'));
  const path = fc
    .array(fc.tuple(fanOut, branch), { maxLength: 3 })
    .map((parts) => parts.map((part) => part.join('/')).join('/'));

  verifies('workspace:names', 'is that of no other path', () => {
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 2, maxLength: 12 }), (paths) => {
        expect(new Set(paths.map(nameOf)).size).toBe(paths.length);
      }),
      { seed: 5, numRuns: sized({ everyday: 500, full: 50_000 }) },
    );
  });
});

test('around a branch is the one its fan-out stands in', () => {
  expect(scopeAround('fan#1/a/inner#2/b')).toBe('fan#1/a');
  expect(scopeAround('fan#1/a')).toBe('');
  expect(scopeAround('')).toBeUndefined();
});
