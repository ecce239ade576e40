import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finalStates } from '../../contract/run.ts';
import type { CleanupFacts, FoundBranch, RecordedRun } from './cleanup-facts.ts';
import { planCleanup } from './plan-cleanup.ts';

const now = 1_000;
const home = '/home/worktrees';

// Few names, so that runs, worktrees and branches of others meet.
const path = fc.constantFrom('/repo', ...['a', 'b', 'c', 'd'].map((name) => `${home}/${name}`), '/elsewhere');
const branchName = fc.constantFrom('main', 'mine', 'o/1', 'o/2', 'o/3', 'o/4');
const run: fc.Arbitrary<RecordedRun> = fc.record(
  {
    runId: fc.constantFrom('r1', 'r2', 'r3'),
    state: fc.constantFrom('completed', 'failed', 'cancelled', 'running', 'paused'),
    endedAt: fc.integer({ min: 0, max: now }),
    forkOf: fc.constantFrom('r1', 'r2'),
    places: fc.array(
      fc.record(
        {
          repository: fc.constant('/repo'),
          scope: fc.constantFrom('', 'fan#1/a'),
          worktree: path,
          branch: branchName,
          keptBecause: fc.constant('a conflict'),
        },
        { requiredKeys: ['repository', 'scope', 'worktree'] },
      ),
      { maxLength: 4 },
    ),
  },
  { requiredKeys: ['runId', 'state', 'places'] },
);

/** Branches whose histories are sets of commits: one holds another where it has all of them. */
const histories = fc.uniqueArray(fc.tuple(branchName, fc.subarray([1, 2, 3, 4], { minLength: 1 })), {
  selector: ([name]) => name,
});

function branchesOf(all: readonly (readonly [string, readonly number[]])[]): readonly FoundBranch[] {
  return all.map(([name, commits]) => ({
    name,
    head: commits.join(),
    heldBy: all
      .filter(([other, theirs]) => other !== name && commits.every((commit) => theirs.includes(commit)))
      .map(([other]) => `refs/heads/${other}`),
  }));
}

const scene = fc
  .record({
    // A fork is younger than what it was forked from.
    runs: fc.uniqueArray(run, { selector: ({ runId }) => runId, maxLength: 3 }),
    histories,
    worktrees: fc.uniqueArray(
      fc.record(
        { path, branch: branchName, locked: fc.constant(''), hasChanges: fc.boolean() },
        { requiredKeys: ['path', 'hasChanges'] },
      ),
      { selector: (each) => each.path },
    ),
    folders: fc.uniqueArray(path),
    ownRefs: fc.uniqueArray(fc.constantFrom('refs/orchestra/p/r1/a', 'refs/orchestra/p/r2/b', 'refs/orchestra/p/x/c')),
    force: fc.boolean(),
  })
  .map(({ runs, worktrees, folders, ownRefs, force, ...rest }) => {
    const found = worktrees.map((each) => ({ ...each, isMain: each.path === '/repo' }));
    const repository = { path: '/repo', worktrees: found, branches: branchesOf(rest.histories), ownRefs };
    const older = runs.map(({ forkOf, ...each }) => ({ ...each, ...(forkOf && forkOf < each.runId && { forkOf }) }));
    const facts: CleanupFacts = { runs: older, repositories: [repository], folders, homes: [home], prefixes: ['o/'] };
    return { facts, request: { olderThanMs: 300, force } };
  });

test('nothing outside of what journals name is ever in the plan, nor anything of a run that goes on or ended just now', () => {
  let removed = 0;
  fc.assert(
    fc.property(scene, ({ facts, request }) => {
      const isOver = ({ state, endedAt }: RecordedRun): boolean =>
        finalStates.has(state) && endedAt !== undefined && now - endedAt >= request.olderThanMs;
      for (const thing of planCleanup(facts, request, now).remove) {
        const naming = facts.runs.filter(({ runId, places }) =>
          thing.kind === 'ref'
            ? thing.name.startsWith(`refs/orchestra/p/${runId}/`)
            : places.some((place) => ('path' in thing ? place.worktree === thing.path : place.branch === thing.name)),
        );
        expect(naming.length).toBeGreaterThan(0);
        expect(naming.every(isOver)).toBe(true);
        removed += 1;
      }
    }),
    { seed: 7, numRuns: 2_000 },
  );
  expect(removed).toBeGreaterThan(500);
});

test('the checkout of a repository, and what is locked or checked out elsewhere, never goes', () => {
  fc.assert(
    fc.property(scene, ({ facts, request }) => {
      const { remove } = planCleanup(facts, request, now);
      const gone = new Set(remove.flatMap((thing) => (thing.kind === 'worktree' ? [thing.path] : [])));
      const staying = facts.repositories.flatMap(({ worktrees }) => worktrees.filter((each) => !gone.has(each.path)));
      const known = facts.repositories.flatMap(({ worktrees }) => worktrees);
      expect(known.filter((each) => gone.has(each.path) && (each.isMain || each.locked !== undefined))).toEqual([]);
      const branches = new Set(remove.flatMap((thing) => (thing.kind === 'branch' ? [thing.name] : [])));
      expect(staying.filter((each) => each.branch !== undefined && branches.has(each.branch))).toEqual([]);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

test('unforced, no commit is lost with a branch', () => {
  let removed = 0;
  const named = fc.subarray(['o/1', 'o/2', 'o/3', 'o/4', 'mine'], { minLength: 1 });
  fc.assert(
    fc.property(histories, named, fc.constantFrom('', 'fan#1/a'), (all, names, scope) => {
      const places = names.map((branch) => ({ repository: '/repo', scope, worktree: `${home}/${branch}`, branch }));
      const runs: readonly RecordedRun[] = [{ runId: 'r1', state: 'completed', endedAt: 0, places }];
      const repository = { path: '/repo', worktrees: [], branches: branchesOf(all), ownRefs: [] };
      const facts = { runs, repositories: [repository], folders: [], homes: [], prefixes: [] };
      const { remove } = planCleanup(facts, { olderThanMs: 0, force: false }, now);
      const gone = new Set(remove.flatMap((thing) => (thing.kind === 'branch' ? [thing.name] : [])));
      const left = new Set(all.filter(([name]) => !gone.has(name)).flatMap(([, commits]) => commits));
      expect(all.flatMap(([, commits]) => commits).filter((commit) => !left.has(commit))).toEqual([]);
      removed += gone.size;
    }),
    { seed: 7, numRuns: 2_000 },
  );
  expect(removed).toBeGreaterThan(1_000);
});

test('everything that is found stands in the plan once', () => {
  fc.assert(
    fc.property(scene, ({ facts, request }) => {
      const { remove, keep, orphans, foreign } = planCleanup(facts, request, now);
      const things = [...remove, ...keep, ...orphans, ...foreign].map((thing) =>
        'path' in thing ? `at ${thing.path}` : `${thing.kind} ${thing.name}`,
      );
      expect(new Set(things).size).toBe(things.length);
      const [repository] = facts.repositories;
      const found = [
        ...(repository?.branches.map(({ name }) => `branch ${name}`) ?? []),
        ...(repository?.ownRefs.map((name) => `ref ${name}`) ?? []),
        ...new Set(
          [...(repository?.worktrees.map((each) => each.path) ?? []), ...facts.folders].map((each) => `at ${each}`),
        ),
      ];
      // The checkout itself is nobody's to list, unless a journal names it.
      expect(found.filter((each) => !things.includes(each) && each !== 'at /repo')).toEqual([]);
    }),
    { seed: 7, numRuns: 1_000 },
  );
});
