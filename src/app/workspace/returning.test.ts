import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { newGitProject, type GitProject } from '../../../test/support/git-project.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { sized } from '../../../test/support/size.ts';
import { openHere, startHere } from '../../../test/support/run-here.ts';
import { conflictingAgents, writingAgents } from '../../../test/support/writing-agents.ts';
import type { RunView } from '../../contract/run-view.ts';
import { armFailpoint } from '../../shared/failpoint.ts';
import type { Orchestra } from '../orchestra.ts';

interface Scene {
  readonly project: GitProject;
  readonly orchestra: Orchestra;
  readonly view: RunView;
}

/** A run of agents that write, through a fan-out within a fan-out, at its end. */
async function writtenProject(): Promise<Scene> {
  const project = newGitProject();
  const orchestra = await openHere(project);
  const session = await startHere(orchestra, project, writingAgents);
  expect(await session.done).toMatchObject({ state: 'completed' });
  return { project, orchestra, view: await orchestra.view(await orchestra.findRun(session.runId)) };
}

/** Commits of all folders, by their branch. */
function standings({ project }: Scene): ReadonlyMap<string, string> {
  const blocks = project.git('worktree', 'list', '--porcelain').split('\n\n');
  return new Map(
    blocks.map((block) => {
      const [, head = '', branch = ''] = /HEAD (\S+)\nbranch refs\/heads\/(\S+)/.exec(block) ?? [];
      return [branch, head] as const;
    }),
  );
}

/** What a run has made of its repository. */
function made({ project }: Scene, view: RunView): object {
  const [repository] = view.workspace?.repos ?? [];
  const branch = repository?.branch ?? '';
  const { context, visited } = view;
  return { context, visited, files: project.git('ls-tree', '-r', branch), lines: subjects(project, branch) };
}

/** The words of all commits, in an order that does not hang on which branch was first. */
function subjects(project: GitProject, branch: string): readonly string[] {
  return project.git('log', '--format=%s', branch).split('\n').toSorted();
}

/** Goes on from a turn in a fork; also tells where its folders stood when it began. */
async function forkAt(
  scene: Scene,
  turn: number,
): Promise<{ readonly view: RunView; readonly begun: readonly string[] }> {
  const { orchestra } = scene;
  const folders = Promise.withResolvers<ReadonlyMap<string, string>>();
  using _ = armFailpoint('run:owned', () => folders.resolve(standings(scene)));
  const session = await orchestra.fork({ source: await orchestra.findRun(scene.view.runId), turn });
  expect(await session.done, `turn ${turn}`).toMatchObject({ state: 'completed' });
  const begun = [...(await folders.promise)].flatMap(([branch, head]) =>
    branch.includes(session.runId) ? [head] : [],
  );
  return { view: await orchestra.view(await orchestra.findRun(session.runId)), begun };
}

verifies(
  ['workspace:returned', 'workspace:returned-whole', 'defect:turn-restore-no-op'],
  'a fork begins with its folders at what the turn says, and comes to the same end, whichever turn it is',
  async () => {
    const scene = await writtenProject();
    const { view } = scene;
    expect(view.turns.length).toBeGreaterThan(20);
    // Offset so that turns within branches are among the few.
    const looked = view.turns.filter(
      (_, index) => index % sized({ everyday: 12, full: 1 }) === sized({ everyday: 11, full: 0 }),
    );
    for (const { turn, node, type, repos } of looked) {
      const title = `${turn}: ${node}, ${type}`;
      const fork = await forkAt(scene, turn);
      // Before its first step a run has no folder.
      if (node !== 'start') expect(fork.begun, title).toContain(Object.values(repos)[0]);
      expect(made(scene, fork.view), title).toEqual(made(scene, view));
    }
  },
  300_000,
);

verifies(
  ['workspace:returned', 'returning:rewind'],
  'a run that goes back has its folders back, in each of its branches',
  async () => {
    const scene = await writtenProject();
    const { orchestra, project, view } = scene;
    const inBranches = view.turns.filter(
      ({ type, node }) => type === 'AgentTurnCompleted' && /^(?:left|y)$/.test(node),
    );
    for (const { turn, node, repos } of [inBranches.at(-1), inBranches[0]].filter((point) => point !== undefined)) {
      const { row } = await orchestra.goBack(await orchestra.findRun(view.runId), turn);
      const folders = Promise.withResolvers<ReadonlyMap<string, string>>();
      using _ = armFailpoint('run:owned', () => folders.resolve(standings(scene)));
      const session = await orchestra.resume(row.id);
      expect(await session.done, node).toMatchObject({ state: 'completed' });
      expect([...(await folders.promise).values()], node).toContain(Object.values(repos)[0]);
      expect(made(scene, await orchestra.view(await orchestra.findRun(view.runId))), node).toEqual(made(scene, view));
    }
    // What it went back behind is kept.
    expect(project.git('for-each-ref', 'refs/orchestra')).toContain('/returned/');
  },
);

verifies('workspace:returned-uncommitted', 'work that is in no commit comes back as well', async () => {
  const project = newGitProject();
  project.write('orchestra.yaml', { workspace: { commits: 'never' } });
  const orchestra = await openHere(project);
  const session = await startHere(orchestra, project, writingAgents);
  expect(await session.done).toMatchObject({ state: 'completed' });
  const source = await orchestra.findRun(session.runId);
  const { turns, workspace } = await orchestra.view(source);
  expect(project.git('log', '--format=%s', workspace?.repos[0]?.branch ?? '')).toBe('Begin');
  const [first] = turns.filter(({ type, node }) => type === 'AgentTurnCompleted' && node === 'plan');
  const then = Promise.withResolvers<string>();
  using _ = armFailpoint('run:owned', () => {
    const newest = readdirSync(join(project.folder, '.orchestra/worktrees')).toSorted().at(-1) ?? '';
    then.resolve(readFileSync(join(project.folder, '.orchestra/worktrees', newest, 'main/project/plan.md'), 'utf8'));
  });
  await (
    await orchestra.fork({ source, turn: first?.turn ?? 0 })
  ).done;
  expect(await then.promise).toBe('one\n');
});

verifies('workspace:returned', 'a folder that had gone with its merge and comes back is set up again', async () => {
  const project = newGitProject();
  const noted = join(project.home, 'set-up');
  const setup = `pwd >> '${noted}'`;
  project.write('orchestra.yaml', { workspace: { repos: { project: { path: '.', setup } } } });
  const orchestra = await openHere(project);
  const session = await startHere(orchestra, project, conflictingAgents);
  expect(await session.done).toMatchObject({ state: 'completed' });
  const source = await orchestra.findRun(session.runId);
  const { turns } = await orchestra.view(source);
  const inBranch = turns.find(({ type, node }) => type === 'AgentTurnCompleted' && node === 'left');
  const before = readFileSync(noted, 'utf8');
  const { row } = await orchestra.goBack(source, inBranch?.turn ?? 0);
  expect(await (await orchestra.resume(row.id)).done).toMatchObject({ state: 'completed' });
  const again = readFileSync(noted, 'utf8').slice(before.length).trimEnd().split('\n');
  expect(again.filter((folder) => folder.endsWith('/fan.left/project'))).toHaveLength(1);
});
