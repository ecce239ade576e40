import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { gitFailpoints } from '../../src/shared/failpoint.ts';
import { newGitProject, type GitProject } from '../support/git-project.ts';
import { sized } from '../support/size.ts';
import { verifies } from '../support/verifies.ts';
import { ends, turns, writes } from '../support/writing-agents.ts';

/** Agents that write turn by turn, branches that conflict, an agent that resolves it, and a tool behind it. */
const pipeline = {
  'p.dot': `digraph Crash { ${ends}
    plan [prompt="Plan"] fan [shape=component] join [shape=tripleoctagon, merge_policy=agent_resolves]
    left [prompt="Left"] right [prompt="Right"] after [shape=parallelogram, tool_command="cat shared; echo t > tool.txt"]
    start -> plan -> fan  fan -> left -> join  fan -> right -> join  join -> after -> exit }`,
  's.json': {
    plan: turns(writes({ shared: 'base\n' }), writes({ 'plan.md': 'p\n' })),
    left: turns(writes({ shared: 'l\n' }), writes({ left: 'l\n' })),
    right: turns(writes({ shared: 'r\n', right: 'r\n' })),
    join: turns(writes({ shared: 'l and r\n' })),
  },
};

interface End {
  readonly files: string;
  readonly subjects: readonly string[];
  readonly context: object;
  readonly visited: readonly string[];
}

/** Runs it, killed as told, and on to its end: how often it was killed, and what it came to. */
async function run(kills: readonly string[]): Promise<{ readonly killed: number; readonly end: End }> {
  const project = newGitProject();
  for (const [name, content] of Object.entries(pipeline)) project.write(name, content);
  const before = project.checkout();
  let killed = 0;
  let args = ['run', 'p.dot', '--script', 's.json', '--json'];
  for (const failpoints of [...kills, '']) {
    const { signal, code, stderr, stdout } = await project.run(args, { env: { ORCHESTRA_FAILPOINTS: failpoints } });
    if (signal === 'SIGKILL') killed += 1;
    else expect(code, `${kills.join()}\n${stderr}\n${stdout.split('\n').at(-2)}`).toBe(0);
    if (code === 0) break;
    args = ['resume', 'last', '--json'];
  }
  expect(project.checkout()).toBe(before);
  return { killed, end: await endOf(project) };
}

async function endOf(project: GitProject): Promise<End> {
  const { context, visited } = await project.shown();
  const { branch, worktree, head, branches } = await project.repository();
  expect(project.git('-C', worktree, 'status', '--porcelain')).toBe('');
  expect(project.git('rev-parse', branch)).toBe(head);
  expect(branches.every((one) => one.merged && !existsSync(one.worktree))).toBe(true);
  // Its own checkout and that of the run: no room of a merge, no folder of a branch.
  expect(project.git('worktree', 'list').split('\n')).toHaveLength(2);
  expect(project.git('for-each-ref', 'refs/orchestra', 'refs/worktree')).toBe('');
  const files = project.git('ls-tree', '-r', branch);
  return { files, subjects: project.git('log', '--format=%s', branch).split('\n').toSorted(), context, visited };
}

verifies(
  'workspace:crash',
  'killed at every place within what is done with git, a run ends with the commits of an undisturbed one',
  async () => {
    const calm = await run([]);
    const passed = (Object.keys(gitFailpoints) as readonly (keyof typeof gitFailpoints)[]).filter(
      (name) => !['git:pushed', 'git:kept', 'git:restored-head'].includes(name),
    );
    for (const name of passed) {
      let reached = 0;
      for (let pass = 1; pass <= sized({ everyday: 1, full: 12 }); pass += 1) {
        const { killed, end } = await run([`${name}=kill@${pass}`]);
        expect(end, `${name} at pass ${pass}`).toEqual(calm.end);
        reached += killed;
        if (killed === 0) break;
      }
      expect(reached, name).toBeGreaterThan(0);
    }
  },
  1_800_000,
);
