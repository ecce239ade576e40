import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { RunDifference } from '../../src/contract/run-difference.ts';
import { newProject } from '../support/cli.ts';
import { newGitProject, type GitProject } from '../support/git-project.ts';
import { verifies } from '../support/verifies.ts';

const ends = 'start [shape=Mdiamond] exit [shape=Msquare]';

/** A tool node: its command, in a shell. */
const tool = (id: string, command: string): string =>
  `${id} [shape=parallelogram, tool_command=${JSON.stringify(command)}]`;

/** Two branches that write at the same time, and a fan-in. */
const parallel = (left: string, right: string, fanIn = ''): string => `digraph Parallel { ${ends}
  fan [shape=component] join [shape=tripleoctagon${fanIn}]
  ${tool('left', left)} ${tool('right', right)} ${tool('after', 'ls; cat shared 2>/dev/null || true')}
  start -> fan fan -> left -> join fan -> right -> join join -> after -> exit }`;

function trailers(project: GitProject, revision: string): string {
  return project.git('log', '-1', '--format=%(trailers:only)', revision);
}

describe('a run in a git repository', () => {
  verifies(
    ['workspace:checkout-untouched', 'defect:staged-by-user'],
    'works in a worktree of its own and leaves the checkout as it is, to the last byte',
    async () => {
      const project = newGitProject({ 'README.md': '# Project\n', 'src/a.txt': 'a\n' });
      project.write('README.md', '# Changed, and not committed\n');
      project.write('staged.txt', 'staged\n');
      project.git('add', 'staged.txt');
      project.write('untracked.txt', 'untracked\n');
      project.write(
        'p.dot',
        `digraph P { ${ends} ${tool('write', 'cat README.md; echo b > src/b.txt')} start -> write -> exit }`,
      );
      const before = project.checkout();
      const ran = await project.run(['run', 'p.dot', '--json']);
      expect(ran.code).toBe(0);
      expect(project.checkout()).toBe(before);
      expect(ran.stderr).toContain('has changes that are not committed');
      expect(ran.result().context['tool.output']).toBe('# Project\n');

      const repository = await project.repository();
      expect(repository).toMatchObject({
        path: project.folder,
        base: project.git('rev-parse', 'HEAD'),
        baseBranch: 'main',
      });
      expect(repository.branch).toMatch(/^orchestra\/P\/[0-9a-f-]+\/main$/);
      expect(repository.head).toBe(project.git('rev-parse', repository.branch));
      expect(project.git('diff', '--name-only', `main..${repository.branch}`)).toBe('src/b.txt');
      expect(trailers(project, repository.branch)).toMatch(/^Orchestra-Run: [0-9a-f-]+\nOrchestra-Node: write\n/);
      expect(readFileSync(join(repository.worktree, 'src/b.txt'), 'utf8')).toBe('b\n');
    },
  );

  verifies('workspace:started-in', 'works where it was started: in the same folder of the worktree', async () => {
    const project = newGitProject({ 'deep/er/a.txt': 'a\n' });
    project.write('p.dot', `digraph P { ${ends} ${tool('look', 'ls; basename "$PWD"')} start -> look -> exit }`);
    const ran = await project.run(['run', '../../p.dot', '--json'], { cwd: join(project.folder, 'deep/er') });
    expect(ran.result().context['tool.output']).toBe('a.txt\ner\n');
  });

  verifies('workspace:off', '--no-workspace, and a graph that says so, work in the folder itself', async () => {
    const project = newGitProject();
    const graph = (attributes: string): string =>
      `digraph P { ${attributes} ${ends} ${tool('write', 'echo x >> here.txt')} start -> write -> exit }`;
    project.write('p.dot', graph(''));
    project.write('q.dot', graph('graph [workspace=none]'));
    await project.run(['run', 'p.dot', '--no-workspace']);
    expect((await project.shown()).workspace).toBeUndefined();
    await project.run(['run', 'q.dot']);
    expect(project.read('here.txt')).toBe('x\nx\n');
    expect(project.git('branch', '--list', 'orchestra/*')).toBe('');
  });

  verifies('workspace:no-commit', 'a repository without a commit is told of, and worked in as a folder', async () => {
    const project = newGitProject();
    project.git('update-ref', '-d', 'HEAD');
    project.write('p.dot', `digraph P { ${ends} ${tool('write', 'echo x > here.txt')} start -> write -> exit }`);
    const ran = await project.run(['run', 'p.dot']);
    expect(ran.stderr).toContain('has no commit yet, so the run works in the folder itself');
    expect(project.read('here.txt')).toBe('x\n');
  });

  verifies(
    'workspace:race-in-one-folder',
    'a race without a repository goes on in one folder, and is told how each agent gets its own',
    async () => {
      const project = newProject();
      project.write('p.dot', `digraph P { ${ends} work [prompt="p", race="claude,codex"] start -> work -> exit }`);
      project.write('s.json', { 'work.claude': ['success'], 'work.codex': ['success'] });
      const race = ['run', 'p.dot', '--script', 's.json'];
      const shared = await project.run(race);
      expect(shared.code, shared.stderr).toBe(0);
      expect(shared.stderr).toMatch(/race in one folder .+ `workspace.repos` in orchestra.yaml names this folder/);
      project.write('orchestra.yaml', 'workspace: { repos: { here: { path: . } } }\n');
      const apart = await project.run(race);
      expect(apart.code, apart.stderr).toBe(0);
      expect(apart.stderr).not.toContain('race in one folder');
    },
  );

  verifies(
    'workspace:copied-folder',
    'work in a folder that is no repository happens in a copy, and can be compared',
    async () => {
      const project = newProject();
      project.write('notes/a.txt', 'a\n');
      project.write('orchestra.yaml', 'workspace: { repos: { notes: { path: notes } } }\n');
      const runs: string[] = [];
      for (const word of ['one', 'two']) {
        const command = `echo ${word} > b.txt`;
        project.write('p.dot', `digraph P { ${ends} ${tool('write', command)} start -> write -> exit }`);
        runs.push((await project.run(['run', 'p.dot', '--json'])).result().runId ?? '');
      }
      expect(project.has('notes/b.txt')).toBe(false);
      const compared = (await project.run(['diff', ...runs, '--json'])).document<RunDifference>();
      expect(compared.code).toMatchObject([
        {
          name: 'notes',
          files: [{ path: 'b.txt', change: 'modified', patch: expect.stringContaining('-one\n+two\n') }],
        },
      ]);
    },
  );
});

describe('branches of a fan-out', () => {
  verifies(
    ['workspace:merge', 'defect:worktrees'],
    'write in worktrees of their own, and their work is merged in order',
    async () => {
      const project = newGitProject();
      project.write('p.dot', parallel('echo l > left.txt; ls', 'echo r > right.txt; ls'));
      const before = project.checkout();
      const ran = await project.run(['run', 'p.dot', '--json']);
      expect(ran.code).toBe(0);
      expect(project.checkout()).toBe(before);
      expect(ran.result().context['tool.output']).toBe('README.md\nleft.txt\nright.txt\n');
      const results = ran.result().context['parallel.results'] as readonly { contextUpdates: Record<string, string> }[];
      expect(results.map(({ contextUpdates }) => contextUpdates['tool.output'])).toEqual([
        'README.md\nleft.txt\n',
        'README.md\nright.txt\n',
      ]);
      const { branch, branches } = await project.repository();
      expect(
        branches.map(({ node, merged }) => ({ node, merged })).toSorted((a, b) => (a.node < b.node ? -1 : 1)),
      ).toEqual([
        { node: 'left', merged: true },
        { node: 'right', merged: true },
      ]);
      // Git has no branch below a branch: all of a run lie side by side.
      expect(branches.every((one) => one.branch.startsWith(branch.replace(/main$/, '')))).toBe(true);
      expect(branches.some(({ worktree }) => existsSync(worktree))).toBe(false);
      expect(project.git('log', '--merges', '--format=%s', `main..${branch}`)).toBe(
        'Merge branch fan#1/right\nMerge branch fan#1/left',
      );
    },
  );

  verifies('workspace:merge-conflict', 'that conflict under `merge` fail the fan-in, and nothing moves', async () => {
    const project = newGitProject();
    project.write('p.dot', parallel('echo l > shared', 'echo r > shared; echo r > right.txt'));
    const ran = await project.run(['run', 'p.dot', '--json']);
    expect(ran.code).toBe(1);
    expect(ran.result().failureReason).toContain('fan#1/right');
    expect(ran.result().context['parallel.merge_conflicts']).toContain('<<<<<<<');
    const { base, head, branches } = await project.repository();
    expect(head).toBe(base);
    expect(branches.map(({ merged }) => merged)).toEqual([false, false]);
    expect(branches.every(({ worktree }) => existsSync(worktree))).toBe(true);
  });

  verifies(
    'workspace:merge-ask',
    'that conflict under `ask` wait for a person, who keeps a side or resolves it by hand',
    async () => {
      const project = newGitProject();
      project.write('p.dot', parallel('echo l > shared', 'echo r > shared', ', merge_policy=ask'));
      const asked = await project.run(['run', 'p.dot', '--json']);
      expect(asked.code).toBe(3);
      const [question] = (await project.shown()).questions;
      expect(question?.default).toBe('S');
      const folder = /It lies in (.+)\. How/.exec(question?.text ?? '')?.[1] ?? '';
      expect(readFileSync(join(folder, 'shared'), 'utf8')).toContain('=======');
      writeFileSync(join(folder, 'shared'), 'l and r\n');
      expect((await project.run(['answer', 'last', 'R'])).code).toBe(0);
      const ended = await project.run(['resume', 'last', '--json']);
      expect(ended.result().context['tool.output']).toContain('l and r\n');

      await project.run(['run', 'p.dot']);
      await project.run(['answer', 'last', 'T']);
      expect((await project.run(['resume', 'last', '--json'])).result().context['tool.output']).toContain('\nr\n');
    },
  );

  verifies('workspace:merge-verify', 'are merged only where the command that verifies them succeeds', async () => {
    const project = newGitProject();
    project.write(
      'p.dot',
      parallel('echo l > left.txt', 'echo r > right.txt', ', verify="test ! -e left.txt || test ! -e right.txt"'),
    );
    const ran = await project.run(['run', 'p.dot', '--json']);
    expect(ran.code).toBe(1);
    expect(ran.result().failureReason).toContain('does not pass');
    const { base, head } = await project.repository();
    expect(head).toBe(base);
  });
});

describe('branches that change nothing', () => {
  verifies(
    'defect:read-only-breaks-merge',
    'do not break the fan-in, and those that may not write share a folder',
    async () => {
      const project = newGitProject();
      project.write(
        'p.dot',
        `digraph Quiet { ${ends}
        fan [shape=component] join [shape=tripleoctagon]
        ${tool('idle', 'true')} ${tool('busy', 'echo b > busy.txt')} look [prompt="Look", agent.permissions="read-only"]
        start -> fan  fan -> idle -> join  fan -> look -> join  fan -> busy -> join  join -> exit }`,
      );
      project.write('s.json', { look: ['success'] });
      const ran = await project.run(['run', 'p.dot', '--script', 's.json', '--json']);
      expect(ran.code, ran.stderr).toBe(0);
      const { branch, branches } = await project.repository();
      expect(branches.map(({ node }) => node).toSorted()).toEqual(['busy', 'idle']);
      expect(project.git('diff', '--name-only', `main..${branch}`)).toBe('busy.txt');
    },
  );
});
