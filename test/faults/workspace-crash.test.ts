import pMap from 'p-map';
import { expect } from 'vitest';
import { gitFailpoints, type FailpointName } from '../../src/shared/failpoint.ts';
import { newGitProject, type GitProject } from '../support/git-project.ts';
import { sized } from '../support/size.ts';
import { verifies } from '../support/verifies.ts';
import { addRemote } from '../support/bare-remote.ts';
import { leftBehind } from '../support/left-behind.ts';
import { workspaceEnd, type WorkspaceEnd } from '../support/workspace-end.ts';
import { conflictingAgents } from '../support/writing-agents.ts';

/** A place, and at which of its passes a process dies there. */
type Kill = readonly [name: FailpointName, pass: number];

/** In the order in which a run comes to them: one run can die at one after the other. */
const chains: readonly (readonly FailpointName[])[] = [
  ['git:branch-made', 'git:staged', 'git:branch-moved', 'git:conflict-laid-out', 'git:files-moved', 'git:pushed'],
  ['git:worktree-added', 'git:commit-made', 'git:merge-committed', 'publish:pushed'],
];

/** Only runs that go back come to them. */
const returning = ['git:kept', 'git:restored-head'] as const satisfies readonly FailpointName[];

function crashProject(): GitProject {
  const project = newGitProject();
  addRemote(project);
  project.write('p.dot', conflictingAgents.dot);
  project.write('s.json', conflictingAgents.script);
  return project;
}

/** Starts something that dies at each of the places, one process after the other, and goes on to its end; gives those it died at. */
async function throughKills(
  project: GitProject,
  begin: readonly string[],
  kills: readonly Kill[],
): Promise<readonly Kill[]> {
  const met: Kill[] = [];
  let args = begin;
  for (const kill of [...kills, undefined]) {
    const env = { ORCHESTRA_FAILPOINTS: kill ? `${kill[0]}=kill@${kill[1]}` : '' };
    const { signal, code, stderr, stdout } = await project.run([...args, '--json'], { env });
    args = ['resume', 'last'];
    if (kill && signal === 'SIGKILL') {
      met.push(kill);
      continue;
    }
    // One that died when all had been walked has left the rest to a command that refuses to walk it.
    const isOver = code === 0 || (met.length > 0 && stdout.includes('"RUN_FINISHED"'));
    expect(isOver, `${kills.join()}\n${stderr}\n${stdout.split('\n').at(-2)}`).toBe(true);
    break;
  }
  return met;
}

async function endThrough(
  kills: readonly Kill[],
): Promise<{ readonly met: readonly Kill[]; readonly end: WorkspaceEnd }> {
  const project = crashProject();
  const before = project.checkout();
  const met = await throughKills(project, ['run', 'p.dot', '--script', 's.json'], kills);
  expect(project.checkout()).toBe(before);
  expect(leftBehind(project), kills.join()).toEqual([]);
  return { met, end: await workspaceEnd(project) };
}

/** Each of them alone, at each of so many passes: none in everyday runs. */
function alone(names: readonly FailpointName[], most: number): readonly (readonly Kill[])[] {
  const passes = Array.from({ length: sized({ everyday: 0, full: most }) }, (_, index) => index + 1);
  return names.flatMap((name) => passes.map((pass): readonly Kill[] => [[name, pass]]));
}

const concurrency = 4;

verifies(
  'workspace:crash',
  'killed at every place within what is done with git, a run ends with the commits of an undisturbed one, here and at its remote',
  async () => {
    expect([...chains.flat(), ...returning]).toEqual(expect.arrayContaining(Object.keys(gitFailpoints)));
    const { end: calm } = await endThrough([]);
    expect(calm.pushed).toEqual(['fan.apart', 'fan.left', 'fan.right', 'main']);
    const chained = chains.map((names) => names.map((name): Kill => [name, 1]));
    await pMap(
      [...chained, ...alone(chains.flat(), 12)],
      async (kills) => {
        const { met, end } = await endThrough(kills);
        if (chained.includes(kills as Kill[])) expect(met).toEqual(kills);
        expect(end, kills.join()).toEqual(calm);
      },
      { concurrency },
    );
  },
  1_800_000,
);

verifies(
  ['workspace:crash', 'workspace:returned'],
  'killed while its folders go back to a turn, a run goes back all the same, and comes to the same end',
  async () => {
    const project = crashProject();
    const before = project.checkout();
    expect((await project.run(['run', 'p.dot', '--script', 's.json'])).code).toBe(0);
    const end = await workspaceEnd(project);
    const { runId, turns } = await project.shown();
    const inBranch = turns.find(({ type, node }) => type === 'AgentTurnCompleted' && node === 'left');
    const at = String(inBranch?.turn);
    const goBack = ['resume', runId, '--turn', at];
    const fork = ['replay', runId, '--at', at];
    const first = returning.map((name): Kill => [name, 1]);
    const more = [goBack, fork].flatMap((begin) => alone(returning, 2).map((kills) => ({ begin, kills })));
    for (const { begin, kills } of [{ begin: goBack, kills: first }, ...more]) {
      const title = `${begin[0]} ${kills.join()}`;
      const heads = project.git('for-each-ref', '--format=%(objectname)', 'refs/heads/orchestra').split('\n');
      expect(await throughKills(project, begin, kills), title).toEqual(kills);
      // What it went back behind is kept.
      const refs = heads.map((head) => project.git('for-each-ref', '--contains', head, 'refs/heads', 'refs/orchestra'));
      expect(refs, title).not.toContain('');
      expect(await workspaceEnd(project), title).toEqual(end);
      expect(leftBehind(project), title).toEqual([]);
    }
    expect(project.checkout()).toBe(before);
  },
  1_800_000,
);
