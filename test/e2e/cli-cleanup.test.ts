import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { CleanupDocument, DoctorDocument, PruneDocument } from '../../src/contract/command-documents.ts';
import { Database } from '../../src/journal/sqlite/database.ts';
import { cleanupFailpoints } from '../../src/shared/failpoint.ts';
import { newGitProject, type GitProject } from '../support/git-project.ts';
import { verifies } from '../support/verifies.ts';

const ends = 'start [shape=Mdiamond] exit [shape=Msquare]';

const tool = (id: string, command: string): string =>
  `${id} [shape=parallelogram, tool_command=${JSON.stringify(command)}]`;

const writes = `digraph P { ${ends} ${tool('write', 'echo work > work.txt')} start -> write -> exit }`;

const parallel = (left: string, right: string, fanIn = ''): string => `digraph P { ${ends}
  fan [shape=component] join [shape=tripleoctagon${fanIn}]
  ${tool('left', left)} ${tool('right', right)}
  start -> fan fan -> left -> join fan -> right -> join join -> exit }`;

async function run(project: GitProject, graph = writes): Promise<string> {
  project.write('p.dot', graph);
  return (await project.run(['run', 'p.dot', '--json'])).result().runId;
}

async function cleanup(project: GitProject, ...args: readonly string[]): Promise<CleanupDocument> {
  const done = await project.run(['cleanup', '--json', ...args]);
  expect(done.code, done.stdout).toBe(0);
  return done.document<CleanupDocument>();
}

const kindsOf = (things: CleanupDocument['things']): readonly string[] => things.map(({ kind }) => kind).toSorted();

const reasonsOf = ({ kept }: CleanupDocument): ReadonlySet<string> => new Set(kept.map(({ reason }) => reason));

/** Makes a run look as if it had ended so many days ago. */
function age(project: GitProject, runId: string, days: number): void {
  const database = new Database(join(project.folder, '.orchestra/journal.db'));
  const at = Date.now() - days * 86_400_000;
  database.run('update status set updated_at = ? where run = (select number from run where id = ?)', at, runId);
  database.run('update turn set at = ? where run = (select number from run where id = ?)', at, runId);
  database.close();
}

/** Everything of a repository that is not of runs: refs, configuration, and its worktrees with all they hold. */
function foreign(project: GitProject): string {
  const hash = createHash('sha256').update(project.checkout()).update(project.read('.git/config'));
  const worktrees = project.git('worktree', 'list', '--porcelain').split('\n\n');
  for (const worktree of worktrees.filter((text) => !text.includes('/.orchestra/worktrees/'))) {
    const [, folder = ''] = /^worktree (.+)/.exec(worktree) ?? [];
    hash.update(worktree.trim());
    if (folder === project.folder) continue;
    hash.update(project.git('-C', folder, 'status', '--porcelain=v2', '--ignored'));
    for (const name of readdirSync(folder).filter((each) => each !== '.git'))
      hash.update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

const leftOf = (project: GitProject): readonly string[] => [
  ...project
    .git('for-each-ref', '--format=%(refname)', 'refs/heads/orchestra', 'refs/orchestra')
    .split('\n')
    .filter(Boolean),
  ...project
    .git('worktree', 'list', '--porcelain')
    .split('\n')
    .filter((line) => line.includes('/.orchestra/worktrees/')),
  ...readdirSync(join(project.folder, '.orchestra/worktrees')),
];

verifies(
  ['cleanup:named-only', 'cleanup:lists'],
  'what a run made goes; worktrees and branches of others stay as they are, to the last byte',
  async () => {
    const project = newGitProject();
    const runId = await run(project, parallel('echo l > left.txt', 'echo r > right.txt'));
    const { branch } = await project.repository();
    project.git('merge', '--quiet', branch);
    // Beside a run's own, and with names as if of one.
    const beside = join(project.folder, '../beside');
    project.git('worktree', 'add', '--quiet', '-b', 'mine', beside);
    writeFileSync(join(beside, 'dirty.txt'), 'dirty\n');
    project.git('branch', 'orchestra-like');
    project.git('branch', `orchestra/P/${runId}/mine`);
    project.git(
      'worktree',
      'add',
      '--quiet',
      '-b',
      'orchestra/mine',
      join(project.folder, '.orchestra/worktrees/mine'),
    );
    project.git('tag', 'v1');
    const before = foreign(project);

    const planned = await cleanup(project, '--older-than', '0s', '--dry-run');
    expect(planned).toMatchObject({ removed: false, kept: [] });
    expect(kindsOf(planned.things)).toEqual(['branch', 'branch', 'branch', 'worktree']);
    expect(project.git('branch', '--list', branch)).not.toBe('');
    expect(await cleanup(project, '--older-than', '0s')).toEqual({ ...planned, removed: true });
    expect(foreign(project)).toBe(before);
    expect(project.git('branch', '--list', '--format=%(refname:short)', 'orchestra/*').split('\n')).toEqual([
      `orchestra/P/${runId}/mine`,
      'orchestra/mine',
    ]);
    expect(readdirSync(join(project.folder, '.orchestra/worktrees'))).toEqual(['mine']);
    expect(await cleanup(project, '--older-than', '0s')).toMatchObject({ things: [], kept: [] });
    expect((await project.shown(runId)).state).toBe('completed');
  },
);

verifies('cleanup:age', 'a week is kept unless asked otherwise; named runs may have ended just now', async () => {
  const project = newGitProject();
  const [old, young] = [await run(project), await run(project)];
  for (const id of [old, young]) project.git('merge', '--quiet', '-m', id, `orchestra/P/${id}/main`);
  age(project, old, 8);
  age(project, young, 6);
  const runsOf = ({ things }: CleanupDocument): readonly string[] => [...new Set(things.map(({ runId }) => runId))];
  const planned = await cleanup(project, '--dry-run');
  expect(runsOf(planned), JSON.stringify(planned.kept)).toEqual([old]);
  expect(runsOf(await cleanup(project, '--dry-run', '--older-than', '5d'))).toEqual([old, young]);
  expect(runsOf(await cleanup(project, '--dry-run', young))).toEqual([young]);
  expect((await cleanup(project, '--dry-run', young, '--older-than', '7d')).things).toEqual([]);
  const refused = await project.run(['cleanup']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('--yes');
  expect(runsOf(await cleanup(project, '--yes'))).toEqual([old]);
  const said = await project.run(['cleanup', young]);
  expect(said.stdout).toMatch(/^RUN +WHAT +WHERE\n.*worktree.*\n.*branch.*\nRemoved 1 worktree, 1 branch\.\n$/);
  expect(leftOf(project)).toEqual([]);
  expect((await project.run(['cleanup'])).stdout).toBe(
    'Nothing to clean up of runs that ended more than 7 days ago.\n',
  );
});

describe('what somebody may want to look at stays, and says why', () => {
  verifies('cleanup:work', 'commits that are found nowhere else, until they are merged or it is forced', async () => {
    const project = newGitProject();
    const runId = await run(project);
    const done = await cleanup(project, runId);
    expect(kindsOf(done.things)).toEqual(['worktree']);
    expect(done.kept).toMatchObject([{ kind: 'branch', reason: expect.stringContaining('nowhere else') }]);
    expect(project.git('show', `orchestra/P/${runId}/main:work.txt`)).toBe('work');
    expect(kindsOf((await cleanup(project, runId, '--force')).things)).toEqual(['branch']);
    expect(leftOf(project)).toEqual([]);
  });

  verifies('cleanup:kept-for-inspection', 'branches that conflict, and what they were to be merged into', async () => {
    const project = newGitProject();
    const runId = await run(project, parallel('echo l > shared', 'echo r > shared'));
    const before = leftOf(project);
    const done = await cleanup(project, runId);
    expect(done.things).toEqual([]);
    expect(reasonsOf(done)).toEqual(
      new Set(['the work of fan#1/right conflicts with what is there, and was not merged']),
    );
    expect(leftOf(project)).toEqual(before);
    expect((await cleanup(project, runId, '--force')).kept).toEqual([]);
    expect(leftOf(project)).toEqual([]);
  });

  verifies('cleanup:kept-for-inspection', 'the folder of a merge that was stopped', async () => {
    const project = newGitProject();
    const runId = await run(project, parallel('echo l > shared', 'echo r > shared', ', merge_policy=ask'));
    await project.run(['answer', 'last', 'S']);
    expect((await project.run(['resume', 'last'])).code).toBe(1);
    const kept = (await cleanup(project, runId)).kept.map(({ reason }) => reason);
    expect(kept).toContain('the merge at join was left in it');
    expect((await cleanup(project, runId, '--force')).kept).toEqual([]);
    expect(leftOf(project)).toEqual([]);
  });

  verifies('cleanup:work', 'changes that are not committed, and what is locked', async () => {
    const project = newGitProject();
    const runId = await run(project);
    const { branch, worktree } = await project.repository();
    project.git('merge', '--quiet', branch);
    writeFileSync(join(worktree, 'note.txt'), 'a note\n');
    expect(reasonsOf(await cleanup(project, runId))).toEqual(
      new Set(['it holds changes that are not committed', `it is checked out in ${worktree}`]),
    );
    expect(readFileSync(join(worktree, 'note.txt'), 'utf8')).toBe('a note\n');
    project.git('worktree', 'lock', '--reason', 'mine', worktree);
    expect(reasonsOf(await cleanup(project, runId, '--force'))).toContain('it is locked: mine');
    project.git('worktree', 'unlock', worktree);
    await cleanup(project, runId, '--force');
    expect(leftOf(project)).toEqual([]);
  });
});

verifies('cleanup:unended', 'a run that waits keeps everything, forced or not', async () => {
  const project = newGitProject();
  const graph = `digraph P { ${ends} ${tool('write', 'echo w > w.txt')} ask [shape=hexagon, label="Go on?"]
    start -> write -> ask ask -> exit [label="[Y] Yes"] }`;
  const runId = await run(project, graph);
  const before = leftOf(project);
  const done = await cleanup(project, runId, '--force');
  expect(done.things).toEqual([]);
  expect(reasonsOf(done)).toEqual(new Set(['its run is waiting']));
  expect(leftOf(project)).toEqual(before);
  await project.run(['answer', 'last', 'Y']);
  expect((await project.run(['resume', 'last'])).code).toBe(0);
});

describe('killed anywhere, it is done again', () => {
  for (const point of Object.keys(cleanupFailpoints).filter((name) => name !== 'cleanup:ref-removed')) {
    verifies('cleanup:crash', point, async () => {
      const project = newGitProject();
      const runId = await run(project, parallel('echo l > left.txt', 'echo r > right.txt'));
      project.git('merge', '--quiet', (await project.repository()).branch);
      const before = foreign(project);
      const env = { ORCHESTRA_FAILPOINTS: `${point}=kill` };
      expect((await project.run(['cleanup', runId], { env })).signal).toBe('SIGKILL');
      expect((await cleanup(project, runId)).kept).toEqual([]);
      expect(leftOf(project)).toEqual([]);
      expect(foreign(project)).toBe(before);
    });
  }
});

verifies(
  'cleanup:crash',
  'what a run had made when it was killed, and could not tell any more, goes with it',
  async () => {
    const project = newGitProject();
    project.write('p.dot', parallel('echo l > left.txt', 'echo r > right.txt'));
    const env = { ORCHESTRA_FAILPOINTS: 'git:worktree-added=kill@2' };
    expect((await project.run(['run', 'p.dot'], { env })).signal).toBe('SIGKILL');
    expect((await project.run(['cancel', 'last'])).code).toBe(0);
    await cleanup(project, 'last');
    expect(leftOf(project)).toEqual([]);
  },
);

verifies('cleanup:forks', 'a fork keeps the commits it shares with its source', async () => {
  const project = newGitProject();
  const two = `digraph P { ${ends} ${tool('one', 'echo 1 > one.txt')} ${tool('two', 'echo 2 > two.txt')}
    start -> one -> two -> exit }`;
  const source = await run(project, two);
  const turn = (await project.shown(source)).turns.find(({ node }) => node === 'two')?.turn ?? 0;
  expect((await project.run(['replay', source, '--at', String(turn), '--json'])).code).toBe(0);
  const fork = (await project.shown()).runId;
  expect(fork).not.toBe(source);
  await cleanup(project, source, '--force');
  expect(project.git('show', `orchestra/P/${fork}/main:two.txt`)).toBe('2');
  await cleanup(project, fork, '--force');
  expect(leftOf(project)).toEqual([]);
});

verifies(
  'cleanup:repositories',
  'all repositories of a run are cleaned up, and one that is gone is told of',
  async () => {
    const project = newGitProject();
    const other = join(project.folder, '../other');
    mkdirSync(other);
    const git = (...args: readonly string[]): string =>
      execFileSync('git', args, { cwd: other, env: project.environment, encoding: 'utf8' }).trimEnd();
    git('init', '--quiet', '--initial-branch=main');
    git('commit', '--quiet', '--allow-empty', '--message', 'Begin');
    project.write('orchestra.yaml', 'workspace:\n  repos:\n    here: { path: . }\n    other: { path: ../other }\n');
    const both = `digraph P { ${ends} ${tool('write', 'echo w > w.txt; echo w > ../other/w.txt')} start -> write -> exit }`;
    const [first, second] = [await run(project, both), await run(project, both)];
    const done = await cleanup(project, first, '--force');
    expect(kindsOf(done.things)).toEqual(['branch', 'branch', 'worktree', 'worktree']);
    expect(new Set(done.things.map(({ repository }) => repository)).size).toBe(2);

    renameSync(other, `${other}-moved`);
    const gone = await cleanup(project, second);
    expect(gone.things).toMatchObject([{ kind: 'worktree' }]);
    expect([...reasonsOf(gone)].join()).toContain('/other, is gone');
    expect((await cleanup(project, second, '--force')).kept).toEqual([]);
    rmSync(`${other}-moved`, { recursive: true });
    expect(leftOf(project)).toEqual([]);
    expect(existsSync(join(project.folder, '.orchestra/worktrees', second))).toBe(false);
  },
);

verifies('cleanup:prune', 'a run is forgotten only when nothing of it is left in repositories', async () => {
  const project = newGitProject();
  const runId = await run(project);
  const refused = await project.run(['prune', runId]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(new RegExp(`RUN_NOT_CLEANED.*\\n.*orchestra cleanup ${runId}`));
  const prune = async (): Promise<PruneDocument> =>
    (await project.run(['prune', '--json', '--older-than', '0s'])).document<PruneDocument>();
  expect(await prune()).toMatchObject({ runs: [], uncleaned: [runId] });
  await cleanup(project, runId, '--force');
  expect(await prune()).toMatchObject({ runs: [{ runId }], uncleaned: [] });
});

verifies(
  'cleanup:doctor',
  'what no run names is told with how to remove it, and runs whose folders are gone',
  async () => {
    const project = newGitProject();
    const graph = `digraph P { ${ends} ${tool('write', 'echo w > w.txt')} ask [shape=hexagon, label="Go on?"]
    start -> write -> ask ask -> exit [label="[Y] Yes"] }`;
    const runId = await run(project, graph);
    project.git('branch', 'orchestra/P/20200101-000000-abcdef/main');
    project.git('update-ref', 'refs/orchestra/P/20200101-000000-abcdef/returned/1', 'HEAD');
    const orphan = join(project.folder, '.orchestra/worktrees/20200101-000000-abcdef/main/project');
    project.git('worktree', 'add', '--quiet', '--detach', orphan);
    rmSync((await project.repository()).worktree, { recursive: true });
    const examine = async (): Promise<readonly string[]> => {
      const { findings } = (await project.run(['doctor', '--json'])).document<DoctorDocument>();
      expect(findings.find(({ subject }) => subject === 'git')).toMatchObject({ ok: true });
      return findings.filter(({ isAmiss }) => isAmiss).map(({ detail }) => detail);
    };
    const told = await examine();
    expect(told).toHaveLength(4);
    const orphans = told.filter((detail) => detail.startsWith('no run here knows'));
    for (const detail of orphans) {
      const [, command = ''] = /where nobody needs it: (.+)/.exec(detail) ?? [];
      execFileSync('sh', ['-c', command], { env: project.environment });
    }
    expect(await examine()).toEqual([expect.stringContaining(`orchestra resume ${runId}`)]);
    await project.run(['answer', 'last', 'Y']);
    expect((await project.run(['resume', runId])).code).toBe(0);
    expect(await examine()).toEqual([]);
  },
);
