import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { newGitProject, type GitProject } from '../support/git-project.ts';
import { verifies } from '../support/verifies.ts';
import { addRemote } from '../support/bare-remote.ts';
import { leftBehind } from '../support/left-behind.ts';
import { workspaceEnd } from '../support/workspace-end.ts';
import { ends, turns, writes } from '../support/writing-agents.ts';

/** As `printf %b` reads them; the last is Latin-1, and no UTF-8. */
const names = ['new\\nline', '-dash', 'tab\\tquote"', 'back\\\\slash', ':(glob)*', 'caf\\0351'];

/** Writes its first argument to each of them; the second begins their names. */
const writeAll = `for name in ${names.map((name) => `'${name}'`).join(' ')}; do
  printf %s "$1" > "./$2$(printf %b "$name")"
done
`;

/** Each file is written before a fan-out and in both of its branches; others only in one of them. */
const pipeline = `digraph Names { ${ends} node [shape=parallelogram]
  plan [tool_command="sh write-all.sh base"]
  fan [shape=component] join [shape=tripleoctagon, merge_policy=ask]
  left [tool_command="sh write-all.sh left; sh write-all.sh left only-"] right [tool_command="sh write-all.sh right"]
  after [shape=box, prompt="After"]
  start -> plan -> fan  fan -> left -> join  fan -> right -> join  join -> after -> exit }`;

const script = { after: turns(writes({ 'by an\nagent "ü"': 'a\n', '-rf': 'b\n' })) };

const oddBranch = `fix/ü'"$(id>touched);&#1%2F`;

function oddProject(): GitProject {
  const project = newGitProject({ 'write-all.sh': writeAll });
  addRemote(project, 'on_completion', `orchestra/bot's$(id>touched);ü/`);
  project.git('switch', '--quiet', '--create', oddBranch);
  project.write('p.dot', pipeline);
  project.write('s.json', script);
  return project;
}

verifies(
  ['workspace:odd-names', 'workspace:checkout-untouched'],
  'files and branches of any name go through commits, a conflict, a merge, a push and a replay',
  async () => {
    const project = oddProject();
    const before = project.checkout();
    const asked = await project.run(['run', 'p.dot', '--script', 's.json', '--json']);
    expect(asked.code, asked.stdout.split('\n').at(-2)).toBe(3);
    expect((await project.run(['answer', 'last', 'T'])).code).toBe(0);
    const resumed = await project.run(['resume', 'last', '--json']);
    expect(resumed.result(), resumed.result().failureReason).toMatchObject({ status: 'success' });
    const end = await workspaceEnd(project);
    expect(end.pushed).toEqual(['fan.left', 'fan.right', 'main']);
    const { branch, baseBranch, worktree } = await project.repository();
    expect(baseBranch).toBe(oddBranch);
    const sides = names.flatMap(() => ['left', 'right']);
    expect(textsIn(project, branch)).toEqual(['a', 'b', ...sides].toSorted());
    const { runId, turns: moments } = await project.shown();
    const joined = moments.find(({ type, node }) => type === 'CheckpointSaved' && node === 'join');
    const replayed = await project.run(['replay', runId, '--at', String(joined?.turn), '--json']);
    expect(replayed.result(), replayed.result().failureReason).toMatchObject({ status: 'success' });
    // Branches that were merged by then are those of its source.
    expect(await workspaceEnd(project)).toEqual({ ...end, pushed: ['main'] });
    expect(leftBehind(project)).toEqual([]);
    expect(project.checkout()).toBe(before);
    expect([project.folder, worktree].some((folder) => existsSync(join(folder, 'touched')))).toBe(false);
  },
);

/** Of all files that a run has added, without the ends of their last lines. */
function textsIn(project: GitProject, branch: string): readonly string[] {
  const added = project.git('diff-tree', '-r', '-z', '--no-renames', 'HEAD', branch).match(/(?<= )[0-9a-f]{40}(?= A)/g);
  return (added ?? []).map((blob) => project.git('cat-file', 'blob', blob)).toSorted();
}
