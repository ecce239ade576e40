import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { RunView } from '../../src/contract/run-view.ts';
import type { Json } from '../../src/shared/json.ts';
import type { Finished } from '../support/cli.ts';
import { newGitProject, type GitProject } from '../support/git-project.ts';
import { verifies } from '../support/verifies.ts';
import { ends, turns, writes } from '../support/writing-agents.ts';

/** What a merge may leave nothing of. */
function leftovers(project: GitProject, path = project.folder): string {
  const folders = project.git('-C', path, 'worktree', 'list').split('\n');
  const refs = project.git('-C', path, 'for-each-ref', '--format=%(refname)', 'refs/orchestra').split('\n');
  return [...folders.filter((line) => line.includes('merge-')), ...refs].join('');
}

const conflict = (join: string): string => `digraph Conflict { ${ends}
  fan [shape=component] join [shape=tripleoctagon, ${join}] left [prompt="L"] right [prompt="R"]
  start -> fan  fan -> left -> join  fan -> right -> join  join -> exit }`;

const sides = { left: turns(writes({ shared: 'l\n' })), right: turns(writes({ shared: 'r\n' })) };

function conflicting(join: string, resolving?: Record<string, string>): GitProject {
  const project = newGitProject({ shared: 'base\n' });
  project.write('p.dot', conflict(join));
  project.write('s.json', { ...sides, ...(resolving && { join: turns(writes(resolving)) }) });
  return project;
}

type Command = (...args: readonly string[]) => Promise<Finished>;

const shown = async (run: Command): Promise<RunView> =>
  (await run('show', 'last', '--json')).document<RunView & Record<string, never>>();

/** A folder that names two repositories beside it, both with a detached head and a file of their user's. */
function twoRepositories() {
  const project = newGitProject({ shared: 'base\n' });
  const other = join(project.folder, '../other');
  project.git('clone', '--quiet', '.', other);
  for (const path of [project.folder, other]) {
    project.git('-C', path, 'checkout', '--quiet', '--detach');
    writeFileSync(join(path, 'mine'), 'mine\n');
  }
  const cwd = join(project.folder, '../above');
  project.write('../above/orchestra.yaml', {
    workspace: { repos: { one: { path: '../project' }, 'my other ü': { path: '../other' } } },
  });
  const both = (text: string): Json => turns(writes({ 'one/shared': text, 'my%20other%20%C3%BC/shared': text }));
  project.write('../above/p.dot', conflict('merge_policy=ask'));
  project.write('../above/s.json', { left: both('l\n'), right: both('r\n') });
  const run: Command = (...args) => project.run(args, { cwd });
  return { project, run, repos: async () => (await shown(run)).workspace?.repos ?? [] };
}

/** Ann signs her commits, with a program whose signatures all differ. */
function signCommits(project: GitProject): void {
  const gpg = project.write(
    '../bin/gpg-of-ann',
    `#!/bin/sh
cat > "$HOME/signed" && echo '[GNUPG:] SIG_CREATED ' >&2
echo '-----BEGIN PGP SIGNATURE-----' && date +%s%N && echo $$ && echo '-----END PGP SIGNATURE-----'`,
  );
  chmodSync(gpg, 0o755);
  project.git('config', 'gpg.program', gpg);
  project.git('config', 'commit.gpgSign', 'true');
}

/** Subjects of the commits of a run with whether they are signed, newest first. */
function signatures(project: GitProject, branch: string): readonly string[] {
  const commits = project.git('log', '--format=%H %s', `main..${branch}`).split('\n');
  return commits.map((line) => {
    const [sha = '', ...subject] = line.split(' ');
    return `${project.git('cat-file', 'commit', sha).includes('\ngpgsig ') ? 'signed' : 'unsigned'}: ${subject.join(' ')}`;
  });
}

const start = ['run', 'p.dot', '--script', 's.json', '--json'];

describe('a conflict', () => {
  verifies(
    ['workspace:merge-agent', 'workspace:merge-room'],
    'is resolved by an agent, in a folder of its own, under merge_policy=agent_resolves',
    async () => {
      const project = conflicting('merge_policy=agent_resolves', { shared: 'l and r\n' });
      const ran = await project.run(start);
      expect(ran.code, ran.stderr).toBe(0);
      const { branch } = await project.repository();
      expect(project.git('show', `${branch}:shared`)).toBe('l and r');
      expect(leftovers(project)).toBe('');
    },
  );

  verifies('workspace:merge-agent', 'that an agent leaves open fails, and nothing moves', async () => {
    for (const left of ['<<<<<<< ours\nl\n=======\nr\n>>>>>>> theirs\n', undefined]) {
      const project = conflicting('merge_policy=agent_resolves', left === undefined ? {} : { shared: left });
      const ran = await project.run(start);
      expect(ran.code).toBe(1);
      expect(ran.result().failureReason).toContain('the agent did not resolve it');
      const { base, head } = await project.repository();
      expect(head).toBe(base);
    }
  });

  verifies(
    'workspace:returned-conflict',
    'met again after the run went back is asked about again, and the new answer counts',
    async () => {
      const project = conflicting('merge_policy=ask, verify="! grep -q l shared"');
      expect((await project.run(start)).code).toBe(3);
      expect((await project.run(['answer', 'last', 'O'])).code).toBe(0);
      const refused = await project.run(['resume', 'last', '--json']);
      expect(refused.result().failureReason).toContain('does not pass');
      const before = (await project.shown()).turns.find(
        ({ type, node }) => type === 'CheckpointSaved' && node === 'fan',
      );
      const again = await project.run(['resume', 'last', '--turn', String(before?.turn), '--json']);
      expect(again.code, again.stderr).toBe(3);
      expect((await project.run(['answer', 'last', 'T'])).code).toBe(0);
      expect((await project.run(['resume', 'last', '--json'])).code).toBe(0);
      const { branch } = await project.repository();
      expect(project.git('show', `${branch}:shared`)).toBe('r');
    },
  );

  verifies(
    ['workspace:merge-signed', 'workspace:merge-ask'],
    'that a person resolved stays resolved, and both merges are signed as all commits of its user are',
    async () => {
      const project = conflicting('merge_policy=ask');
      signCommits(project);
      expect((await project.run(start)).code).toBe(3);
      const folder = /It lies in (.+)\. How/.exec((await project.shown()).questions[0]?.text ?? '')?.[1] ?? '';
      writeFileSync(join(folder, 'shared'), 'by hand\n');
      await project.run(['answer', 'last', 'R']);
      const ended = await project.run(['resume', 'last', '--json']);
      expect(ended.code, JSON.stringify(ended.result())).toBe(0);
      const { branch } = await project.repository();
      expect(project.git('show', `${branch}:shared`)).toBe('by hand');
      const signed = signatures(project, branch);
      expect(signed.filter((line) => line.startsWith('signed: Merge branch'))).toHaveLength(2);
      expect(signed.filter((line) => line.startsWith('unsigned'))).toEqual([]);
      expect(leftovers(project)).toBe('');
    },
  );

  verifies('workspace:merge-signed', 'is merged without a signature where `signing: off` says so', async () => {
    const project = conflicting('merge_policy=agent_resolves', { shared: 'l and r\n' });
    signCommits(project);
    project.write('orchestra.yaml', 'workspace: { signing: off }\n');
    expect((await project.run(start)).code).toBe(0);
    const signed = signatures(project, (await project.repository()).branch);
    expect(signed.filter((line) => line.startsWith('unsigned: Merge branch'))).toHaveLength(2);
    expect(signed.filter((line) => line.startsWith('signed'))).toEqual([]);
  });

  verifies(
    ['workspace:all-or-none', 'workspace:merge-ask', 'workspace:checkout-untouched'],
    'in the second of two repositories leaves the first as it is, and each is asked about',
    async () => {
      const { project, run, repos } = twoRepositories();
      expect((await run(...start)).code).toBe(3);
      expect((await run('answer', 'last', 'T')).code).toBe(0);
      const second = await run('resume', 'last', '--json');
      expect(second.code, second.stderr).toBe(3);
      expect((await repos()).map(({ base, head }) => head === base)).toEqual([true, true]);
      const folder = /It lies in (.+)\. How/.exec((await shown(run)).questions[0]?.text ?? '')?.[1] ?? '';
      writeFileSync(join(folder, 'shared'), 'by hand\n');
      expect((await run('answer', 'last', 'R')).code).toBe(0);
      const ended = await run('resume', 'last', '--json');
      expect(ended.code, ended.stderr).toBe(0);
      const texts = (await repos()).map(({ path, branch }) => project.git('-C', path, 'show', `${branch}:shared`));
      expect(texts).toEqual(['r', 'by hand']);
      for (const { path } of await repos()) {
        expect(leftovers(project, path)).toBe('');
        expect(project.git('-C', path, 'worktree', 'list').split('\n')).toHaveLength(2);
        expect(project.git('-C', path, 'branch', '--show-current')).toBe('');
        expect(project.git('-C', path, 'status', '--porcelain')).toBe('?? mine');
      }
    },
  );

  verifies(
    ['workspace:all-or-none', 'defect:partial-merge'],
    'that nobody resolves in the second of two repositories moves nothing in the first',
    async () => {
      const { run, repos } = twoRepositories();
      expect((await run(...start)).code).toBe(3);
      await run('answer', 'last', 'T');
      await run('resume', 'last');
      await run('answer', 'last', 'S');
      expect((await run('resume', 'last', '--json')).code).toBe(1);
      expect((await repos()).map(({ base, head }) => head === base)).toEqual([true, true]);
    },
  );

  verifies('workspace:children', 'in two child pipelines at once is resolved in two folders', async () => {
    const project = newGitProject({ shared: 'base\n' });
    project.write('child.dot', conflict('merge_policy=agent_resolves'));
    project.write(
      'p.dot',
      `digraph Parent { ${ends} outer [shape=component] meet [shape=tripleoctagon, merge_policy=keep_all]
        one [type=sub_pipeline, sub_pipeline.dotfile="child.dot"] two [type=sub_pipeline, sub_pipeline.dotfile="child.dot"]
        start -> outer  outer -> one -> meet  outer -> two -> meet  meet -> exit }`,
    );
    project.write('s.json', { ...sides, join: turns({ delay_ms: 300 }, writes({ shared: 'both\n' })) });
    const ran = await project.run(start);
    expect(ran.code, `${ran.stderr}${JSON.stringify(ran.result())}`).toBe(0);
    const [run] = project.git('branch', '--list', '--format=%(refname:short)', '*/main').split('/main');
    const texts = ['one', 'two'].map((name) => project.git('show', `${run}/outer.${name}:shared`));
    expect(texts).toEqual(['both', 'both']);
    expect(leftovers(project)).toBe('');
  });
});
