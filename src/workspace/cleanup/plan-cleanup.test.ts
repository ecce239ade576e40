import { describe, expect, test } from 'vitest';
import type {
  CleanupFacts,
  CleanupRequest,
  FoundBranch,
  FoundRepository,
  RecordedPlace,
  RecordedRun,
} from './cleanup-facts.ts';
import type { CleanupPlan } from './cleanup-plan.ts';
import { planCleanup } from './plan-cleanup.ts';

const day = 24 * 3_600_000;
const now = 100 * day;
const week: CleanupRequest = { olderThanMs: 7 * day, force: false };
const home = '/p/.orchestra/worktrees';

function place(run: string, branch: string, scope = '', more: Partial<RecordedPlace> = {}): RecordedPlace {
  const worktree = `${home}/${run}/${branch}/shop`;
  return { repository: '/p', scope, worktree, branch: `orchestra/ship/${run}/${branch}`, ...more };
}

function run(runId: string, more: Partial<RecordedRun> = {}): RecordedRun {
  const places = [place(runId, 'main'), place(runId, 'scan', 'fan#1/scan')];
  return { runId, state: 'completed', endedAt: now - 30 * day, places, ...more };
}

/** What is found where every run left what it made, and `merged` names the branches that are part of `main`. */
function facts(runs: readonly RecordedRun[], more: Partial<FoundRepository> = {}): CleanupFacts {
  const places = runs.flatMap((each) => each.places);
  const repository: FoundRepository = {
    path: '/p',
    worktrees: [
      { path: '/p', isMain: true, branch: 'main', hasChanges: true },
      ...places.map(({ worktree, branch = '' }) => ({ path: worktree, isMain: false, branch, hasChanges: false })),
    ],
    branches: [branch('main', []), ...places.map((each) => branch(each.branch ?? '', ['refs/heads/main']))],
    ownRefs: [],
    ...more,
  };
  return {
    runs,
    repositories: [repository],
    folders: places.map(({ worktree }) => worktree),
    homes: [home],
    prefixes: ['orchestra/'],
  };
}

function branch(name: string, heldBy: readonly string[]): FoundBranch {
  return { name, head: `head of ${name}`, heldBy };
}

/** `branch NAME`, `worktree PATH`, as short as they can be told apart. */
function removed({ remove }: CleanupPlan): readonly string[] {
  return remove.map((thing) => `${thing.kind} ${'path' in thing ? thing.path.replace(`${home}/`, '') : thing.name}`);
}

function reasons({ keep }: CleanupPlan): readonly string[] {
  return keep.map((thing) => `${thing.kind} of ${thing.runId}: ${thing.reason}`);
}

test('a run that ended long ago goes with its folders and branches, fan-outs first', () => {
  const plan = planCleanup(facts([run('r1')]), week, now);
  expect(removed(plan)).toEqual([
    'worktree r1/main/shop',
    'worktree r1/scan/shop',
    'branch orchestra/ship/r1/scan',
    'branch orchestra/ship/r1/main',
  ]);
  expect(plan.remove.at(-1)).toMatchObject({ head: 'head of orchestra/ship/r1/main', repository: '/p', runId: 'r1' });
  expect(plan.keep).toEqual([]);
});

test.each([
  ['goes on', { state: 'running' }, 'its run is running'],
  ['waits for somebody', { state: 'waiting' }, 'its run is waiting'],
  ['was interrupted', { state: 'interrupted' }, 'its run is interrupted'],
  ['ended a day ago', { endedAt: now - day }, 'its run ended 24 h ago'],
  ['ends in the future of a clock that was set back', { endedAt: now + day }, 'its run ended 0 ms ago'],
] as const)('a run that %s keeps everything', (_how, more, reason) => {
  const plan = planCleanup(facts([run('r1', more)]), { ...week, force: true }, now);
  expect(plan.remove).toEqual([]);
  expect(reasons(plan)).toEqual(['worktree', 'worktree', 'branch', 'branch'].map((kind) => `${kind} of r1: ${reason}`));
});

test('only runs that are asked for are looked at, where some are', () => {
  const plan = planCleanup(facts([run('r1'), run('r2')]), { ...week, runs: ['r2'] }, now);
  expect(removed(plan).filter((each) => each.includes('r1'))).toEqual([]);
  expect(removed(plan)).toHaveLength(4);
});

describe('what somebody may want to look at survives', () => {
  const conflict = run('r1', {
    places: [place('r1', 'main'), place('r1', 'scan', 'fan#1/scan', { keptBecause: 'a conflict in src/a.ts' })],
  });

  test('where it was kept for that, unless forced', () => {
    const plan = planCleanup(facts([conflict]), week, now);
    expect(removed(plan)).toEqual(['worktree r1/main/shop', 'branch orchestra/ship/r1/main']);
    expect(reasons(plan)).toEqual(['worktree of r1: a conflict in src/a.ts', 'branch of r1: a conflict in src/a.ts']);
    expect(planCleanup(facts([conflict]), { ...week, force: true }, now).keep).toEqual([]);
  });

  test.each([
    ['changes', { hasChanges: true }, 'it holds changes that are not committed', true],
    ['another branch', { branch: 'mine' }, 'it stands at another branch, mine', true],
    ['a lock', { locked: 'on a stick' }, 'it is locked: on a stick', false],
    ['the checkout in its place', { isMain: true }, 'it is the checkout of the repository', false],
  ])('where its folder has %s', (_what, more, reason, isForced) => {
    const [repository] = facts([run('r1')]).repositories;
    const worktrees =
      repository?.worktrees.map((each) => (each.path.includes('/main/') ? { ...each, ...more } : each)) ?? [];
    const found = facts([run('r1')], { worktrees });
    expect(reasons(planCleanup(found, week, now))).toContain(`worktree of r1: ${reason}`);
    const forced = planCleanup(found, { ...week, force: true }, now);
    expect(removed(forced).includes('worktree r1/main/shop')).toBe(isForced);
  });

  test('where its branch is checked out by the user', () => {
    const found = facts([run('r1')], {
      worktrees: [{ path: '/p', isMain: true, branch: 'orchestra/ship/r1/main', hasChanges: false }],
    });
    const plan = planCleanup(found, { ...week, force: true }, now);
    expect(removed(plan)).toContain('branch orchestra/ship/r1/scan');
    expect(reasons(plan)).toContain('branch of r1: it is checked out in /p');
  });
});

describe('commits that are found nowhere else', () => {
  const main = 'orchestra/ship/r1/main';
  const scan = 'orchestra/ship/r1/scan';

  test.each([
    ['nobody has them', [], [`refs/heads/${main}`], [scan]],
    ['a fan-out has them, too', [`refs/heads/${scan}`], [`refs/heads/${main}`], [scan]],
    ['only we remember them', ['refs/orchestra/ship/r1/snapshot'], ['refs/heads/main'], [scan]],
    ['they were pushed', [`refs/remotes/origin/${main}`], [`refs/heads/${main}`], [scan, main]],
    ['a tag has them', ['refs/tags/v1'], ['refs/tags/v1'], [scan, main]],
  ])('stay with their branch where %s', (_where, ofMain, ofScan, gone) => {
    const found = facts([run('r1')], { branches: [branch(main, ofMain), branch(scan, ofScan)] });
    const plan = planCleanup(found, week, now);
    expect(removed(plan).filter((each) => each.startsWith('branch '))).toEqual(gone.map((name) => `branch ${name}`));
    expect(planCleanup(found, { ...week, force: true }, now).keep).toEqual([]);
  });
});

test('what a fork shares with its source stays as long as one of them does', () => {
  const source = run('r1');
  const fork = run('r2', { endedAt: now - day, forkOf: 'r1', places: [place('r1', 'main'), place('r2', 'main')] });
  const ownRefs = ['refs/orchestra/ship/r1/kept/1', 'refs/orchestra/ship/r2/kept/1'];
  const plan = planCleanup(facts([source, fork], { ownRefs }), week, now);
  expect(removed(plan)).toEqual(['worktree r1/scan/shop', 'branch orchestra/ship/r1/scan']);
  expect(planCleanup(facts([source, fork], { ownRefs }), { ...week, olderThanMs: 0 }, now).keep).toEqual([]);
});

describe('what is kept under refs/orchestra', () => {
  const ownRefs = [
    'refs/orchestra/ship/r1/kept/1',
    'refs/orchestra/ship/r2/kept/1',
    'refs/orchestra/ship/nobody/kept/1',
  ];

  test('goes with its run, stays with what stays of it, and is an orphan without one', () => {
    const changed = facts([run('r1'), run('r2')], { ownRefs });
    const [repository] = changed.repositories;
    const worktrees =
      repository?.worktrees.map((each) => ({ ...each, hasChanges: each.path.includes('/r2/scan') })) ?? [];
    const plan = planCleanup(facts([run('r1'), run('r2')], { ownRefs, worktrees }), week, now);
    expect(removed(plan).filter((each) => each.startsWith('ref'))).toEqual(['ref refs/orchestra/ship/r1/kept/1']);
    expect(reasons(plan)).toContain('ref of r2: other things of its run stay');
    expect(plan.orphans).toEqual([{ kind: 'ref', repository: '/p', name: 'refs/orchestra/ship/nobody/kept/1' }]);
  });

  test('stays for a fork of a fork', () => {
    const runs = [run('r1'), run('r2', { forkOf: 'r1' }), run('r3', { forkOf: 'r2', state: 'paused' })];
    expect(reasons(planCleanup(facts(runs, { ownRefs }), week, now))).toContain(
      'ref of r1: r3 was forked from its run',
    );
  });
});

test('folders: copies go, and what its repository has forgotten only by force', () => {
  const { branch: _none, ...copy } = place('r1', 'main');
  const copies = { ...facts([run('r1', { places: [copy] })], { worktrees: [], branches: [] }) };
  expect(removed(planCleanup(copies, week, now))).toEqual(['folder r1/main/shop']);
  const forgotten = facts([run('r1', { places: [place('r1', 'main')] })], { worktrees: [], branches: [] });
  expect(reasons(planCleanup(forgotten, week, now))).toEqual([
    'folder of r1: its repository does not know it any more',
  ]);
  expect(removed(planCleanup(forgotten, { ...week, force: true }, now))).toEqual(['folder r1/main/shop']);
});

test('what nobody names is told apart by where it lies, and left alone', () => {
  const found = facts([], {
    worktrees: [
      { path: '/p', isMain: true, branch: 'main', hasChanges: false },
      { path: '/elsewhere', isMain: false, branch: 'mine', hasChanges: false },
      { path: `${home}/gone/main/shop`, isMain: false, branch: 'orchestra/ship/gone/main', hasChanges: false },
    ],
    branches: [branch('main', []), branch('mine', []), branch('orchestra/ship/gone/main', [])],
  });
  const plan = planCleanup(
    { ...found, folders: [`${home}/gone/main/shop`, `${home}/gone/side/shop`] },
    { ...week, force: true },
    now,
  );
  expect(plan.remove).toEqual([]);
  expect(plan.orphans.map((each) => ('path' in each ? each.path : each.name))).toEqual([
    `${home}/gone/main/shop`,
    'orchestra/ship/gone/main',
    `${home}/gone/side/shop`,
  ]);
  expect(plan.foreign.map((each) => ('path' in each ? each.path : each.name))).toEqual(['/elsewhere', 'main', 'mine']);
});

test("what is gone already is nobody's business", () => {
  const found = { ...facts([run('r1')], { worktrees: [], branches: [] }), folders: [] };
  expect(planCleanup(found, week, now)).toEqual({ remove: [], keep: [], orphans: [], foreign: [] });
});
