import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { until, type Running } from '../support/cli.ts';
import { newGitProject, type GitProject } from '../support/git-project.ts';
import { verifies } from '../support/verifies.ts';
import { leftBehind } from '../support/left-behind.ts';
import { workspaceEnd } from '../support/workspace-end.ts';
import { conflictingAgents, ends, turns, writes } from '../support/writing-agents.ts';

/* Others who are at work in the repository of a run: another run, its user, another git. */

/** A tool between two agents writes a file and holds until it is told to go on. */
function heldRun(project: GitProject): {
  readonly running: Running;
  readonly goOn: () => void;
  readonly isHeld: () => boolean;
} {
  const [held, go] = ['held', 'go'].map((name) => join(project.home, name)) as [string, string];
  const hold = `echo h > hold.txt; touch '${held}'; until [ -e '${go}' ]; do sleep 0.05; done`;
  project.write(
    'p.dot',
    `digraph Held { ${ends} before [prompt="Before"] after [prompt="After"]
      hold [shape=parallelogram, tool_command="${hold}"]
      start -> before -> hold -> after -> exit }`,
  );
  project.write('s.json', {
    before: turns(writes({ before: 'b\n' })),
    after: turns(writes({ after: 'a\n', shared: 'by the run\n' })),
  });
  return {
    running: project.start(['run', 'p.dot', '--script', 's.json', '--json']),
    goOn: () => writeFileSync(go, ''),
    isHeld: () => existsSync(held),
  };
}

/** What the held run commits. */
const heldCommits = ['Add before', 'Add hold.txt', 'Change 2 files'];

/** A `git commit --all` in a folder, whose editor stays open, and the lock with it, until it is closed. */
async function openCommit(project: GitProject, folder: string): Promise<{ close(): Promise<number | null> }> {
  const [open, closed] = ['open', 'closed'].map((name) => join(project.home, name)) as [string, string];
  const editor = join(project.home, 'editor');
  writeFileSync(
    editor,
    `#!/bin/sh\ntouch '${open}'\nuntil [ -e '${closed}' ]; do sleep 0.05; done\necho 'By hand' > "$1"\n`,
  );
  chmodSync(editor, 0o755);
  const env = { ...project.environment, GIT_EDITOR: editor };
  const child = spawn('git', ['commit', '--quiet', '--all'], { cwd: folder, env, stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await until(() => existsSync(open));
  return {
    close() {
      writeFileSync(closed, '');
      return ended;
    },
  };
}

/** Puts a git before the real one that leaves a file behind where an `add` fails; gives the file. */
function noteRefusals(project: GitProject): string {
  const [program, refused] = [join(project.bin, 'git'), join(project.home, 'refused')];
  const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
  const note = `case " $* " in *' add '*) [ $code = 0 ] || touch '${refused}' ;; esac`;
  writeFileSync(program, `#!/bin/sh\n'${real}' "$@"\ncode=$?\n${note}\nexit $code\n`);
  chmodSync(program, 0o755);
  return refused;
}

const subjects = (project: GitProject, branch: string): readonly string[] =>
  project.git('log', '--reverse', '--format=%s', `main..${branch}`).split('\n');

describe('another run', () => {
  verifies(
    ['workspace:at-once', 'workspace:checkout-untouched'],
    'at the same time on the same repository comes to the same, and has commits of its own alone',
    async () => {
      const project = newGitProject();
      project.write('p.dot', conflictingAgents.dot);
      project.write('s.json', conflictingAgents.script);
      const before = project.checkout();
      const start = ['run', 'p.dot', '--script', 's.json', '--json'];
      const both = await Promise.all([project.run(start), project.run(start)]);
      expect(both.map(({ code, stderr }) => (code === 0 ? code : stderr))).toEqual([0, 0]);
      const [one = '', other = ''] = both.map((ran) => ran.result().runId);
      expect(await workspaceEnd(project, one)).toEqual(await workspaceEnd(project, other));
      for (const run of [one, other]) {
        const branches = project
          .git('branch', '--list', '--format=%(refname:short)', `orchestra/*/${run}/*`)
          .split('\n');
        expect(branches).toHaveLength(4);
        const runs = project.git(
          'log',
          '--format=%(trailers:key=Orchestra-Run,valueonly,separator=)',
          ...branches,
          '^main',
        );
        expect(new Set(runs.split('\n'))).toEqual(new Set([run]));
      }
      expect(leftBehind(project)).toEqual([]);
      expect(project.checkout()).toBe(before);
    },
  );
});

describe('the user', () => {
  verifies(
    ['workspace:users-commits', 'workspace:checkout-untouched', 'defect:staged-by-user'],
    'commits, stages, switches branches, tidies up and has a commit open meanwhile: the run has nothing of it, and touches nothing of it',
    async () => {
      const project = newGitProject({ shared: 'base\n', mine: '1\n' });
      const { running, goOn, isHeld } = heldRun(project);
      await until(isHeld);
      const base = project.git('rev-parse', 'main');
      project.commit('Mine', { shared: 'by the user\n' });
      project.git('switch', '--quiet', '--create', 'elsewhere');
      project.git('branch', '--quiet', '--force', 'main', 'elsewhere');
      project.write('staged', 'staged\n');
      project.git('add', 'staged');
      project.git('gc', '--quiet', '--prune=now');
      project.write('mine', '2\n');
      const commit = await openCommit(project, project.folder);
      const before = project.checkout();
      goOn();
      const ran = await running.finished;
      expect(ran.code, ran.stderr).toBe(0);
      expect(project.checkout()).toBe(before);
      expect(await commit.close()).toBe(0);
      expect(project.git('show', '--format=%s', '--name-only', 'HEAD')).toBe('By hand\n\nmine\nstaged');
      const { branch, baseBranch } = await project.repository();
      expect(baseBranch).toBe('main');
      expect(project.git('merge-base', branch, 'main')).toBe(base);
      expect(subjects(project, branch)).toEqual(heldCommits);
      expect(project.git('ls-tree', '--name-only', branch).split('\n')).toEqual([
        'after',
        'before',
        'hold.txt',
        'mine',
        'shared',
      ]);
      expect(project.git('show', `${branch}:shared`)).toBe('by the run');
      expect(leftBehind(project)).toEqual([]);
    },
  );
});

describe('another git in the folder of a run', () => {
  const folderOf = (project: GitProject): string => {
    const [run = ''] = readdirSync(join(project.folder, '.orchestra/worktrees'));
    return join(project.folder, '.orchestra/worktrees', run, 'main/project');
  };

  /** A run that is held, and a person who is about to commit in its folder. */
  async function lockedRun() {
    const project = newGitProject({ shared: 'base\n' });
    const refused = noteRefusals(project);
    const held = heldRun(project);
    await until(held.isHeld);
    const folder = folderOf(project);
    writeFileSync(join(folder, 'before'), 'by hand\n');
    return { project, ...held, commit: await openCommit(project, folder), isRefused: () => existsSync(refused) };
  }

  verifies('workspace:locked', 'is waited for, and what it commits stays', async () => {
    const { project, running, goOn, commit, isRefused } = await lockedRun();
    goOn();
    await until(isRefused);
    expect(await commit.close()).toBe(0);
    const ran = await running.finished;
    expect(ran.code, ran.stderr).toBe(0);
    const { branch } = await project.repository();
    expect(subjects(project, branch)).toEqual(['Add before', 'By hand', ...heldCommits.slice(1)]);
    expect(leftBehind(project)).toEqual([]);
  });

  verifies(
    'workspace:locked',
    'that does not end ends the run with what to do; when it has, the run goes on',
    async () => {
      const { project, running, goOn, commit } = await lockedRun();
      goOn();
      const ran = await running.finished;
      expect({ code: ran.code, stderr: ran.stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(
          /error GIT_LOCKED: Another git holds .+index\.lock\.\n {2}Wait for it .*orchestra resume/,
        ) as string,
      });
      expect((await project.shown()).state).toBe('interrupted');
      expect(await commit.close()).toBe(0);
      const resumed = await project.run(['resume', 'last', '--json']);
      expect(resumed.result(), resumed.stderr).toMatchObject({ status: 'success' });
      const { branch } = await project.repository();
      expect(subjects(project, branch)).toEqual(['Add before', 'By hand', ...heldCommits.slice(1)]);
      expect(leftBehind(project)).toEqual([]);
    },
  );
});
