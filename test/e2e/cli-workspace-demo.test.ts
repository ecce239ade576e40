import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { newGitProject, type GitProject } from '../support/git-project.ts';
import { verifies } from '../support/verifies.ts';

const examples = join(import.meta.dirname, '../../examples');

/** A repository with the example in it, as a reader has it after a clone. */
function demo(): { readonly project: GitProject; readonly commands: readonly (readonly string[])[] } {
  const project = newGitProject({ 'README.md': '# Project\n' });
  cpSync(join(examples, 'workspace-demo'), join(project.folder, 'examples/workspace-demo'), { recursive: true });
  project.git('add', '.');
  project.git('commit', '--quiet', '--message', 'The example');
  const readme = readFileSync(join(examples, 'workspace-demo/README.md'), 'utf8');
  const lines = [...readme.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
  return { project, commands: lines.map(wordsOf) };
}

/** As a shell takes them. */
function wordsOf(line: string): readonly string[] {
  return (line.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ''));
}

/** What `orchestra` is told to do there. */
function ofOrchestra(commands: readonly (readonly string[])[], pipeline: string): readonly string[] {
  const command = commands.find(([program, , file]) => program === 'orchestra' && file?.endsWith(pipeline));
  return command?.slice(1) ?? [];
}

interface Commit {
  readonly files: readonly string[];
  readonly trailers: Readonly<Record<string, string>>;
}

/** Oldest first, without merges. */
function commitsOf(project: GitProject, range: string): readonly Commit[] {
  const shas = project.git('log', '--no-merges', '--reverse', '--topo-order', '--format=%H', range).split('\n');
  return shas.map((sha) => ({
    files: project.git('diff-tree', '--no-commit-id', '--name-only', '-r', sha).split('\n'),
    trailers: Object.fromEntries(
      project
        .git('log', '-1', '--format=%(trailers:only,unfold)', sha)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(': ')),
    ) as Record<string, string>,
  }));
}

verifies(
  ['workspace:demo', 'workspace:turn-commits', 'workspace:trailers', 'defect:writes-one-turn-late'],
  'the demo runs as its README says: each turn is a commit of exactly its files, and says who, where and why',
  async () => {
    const { project, commands } = demo();
    const before = project.checkout();
    const ran = await project.run([...ofOrchestra(commands, 'workspace-demo.dot'), '--json']);
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.result().context['tool.output']).toBe('Good day, Ada.\nFarewell, Ada.\n');
    expect(project.checkout()).toBe(before);
    const { branch } = await project.repository();
    const commits = commitsOf(project, `main..${branch}`);
    const { runId } = ran.result();
    const told = commits.map(
      ({ files, trailers }) => `${trailers['Orchestra-Node']} ${trailers['Orchestra-Turn']}: ${files.join()}`,
    );
    expect(told.toSorted()).toEqual([
      'farewell 1: src/farewell.mjs',
      'farewell 2: docs/farewell.md',
      'greeting 1: src/greeting.mjs',
      'greeting 2: README.md',
      'plan 1: PLAN.md',
      'release 1: NOTES.md',
    ]);
    expect(commits.every(({ trailers }) => trailers['Orchestra-Run'] === runId)).toBe(true);
    // What the README types to look at it.
    for (const [program = '', ...args] of commands) if (program === 'git') expect(project.git(...args)).not.toBe('');
  },
);

verifies(
  'workspace:merge-ask',
  'the conflict of the demo is resolved by a person, by hand or by side, and by an agent',
  async () => {
    const { project, commands } = demo();
    const run = [...ofOrchestra(commands, 'conflict-demo.dot'), '--json'];
    const outcomes = { O: 'Good day to you.', T: 'Hi there!', A: 'Good day to you.\nHi there!' };
    for (const [answer, greeting] of Object.entries(outcomes)) {
      expect((await project.run(run)).code).toBe(3);
      expect((await project.run(['answer', 'last', answer])).code).toBe(0);
      expect((await project.run(['resume', 'last', '--json'])).code).toBe(0);
      const { branch } = await project.repository();
      expect(project.git('show', `${branch}:GREETING`)).toBe(greeting);
    }
  },
);
