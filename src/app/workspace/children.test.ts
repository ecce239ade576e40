import { expect } from 'vitest';
import { newGitProject } from '../../../test/support/git-project.ts';
import { openHere, startHere } from '../../../test/support/run-here.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { ends, turns, writes } from '../../../test/support/writing-agents.ts';

const script = {
  plan: turns(writes({ plan: 'p' })),
  work: turns(writes({ work: 'w' })),
  last: turns(writes({ last: 'l' })),
};

verifies(
  ['workspace:children', 'workspace:turns'],
  'the turns of a run tell what its child has committed, also where nothing comes behind it',
  async () => {
    const project = newGitProject();
    const orchestra = await openHere(project);
    project.write('child.dot', `digraph Child { ${ends} work [prompt="Work"] start -> work -> exit }`);
    const dot = `digraph Parent { ${ends} plan [prompt="Plan"]
      sub [type=sub_pipeline, sub_pipeline.dotfile="child.dot"] start -> plan -> sub -> exit }`;
    const session = await startHere(orchestra, project, { dot, script });
    await session.done;
    const view = await orchestra.view(await orchestra.findRun(session.runId));
    const [repository] = view.workspace?.repos ?? [];
    const head = project.git('rev-parse', repository?.branch ?? '');
    expect(repository?.head).toBe(head);
    const behind = (node: string) =>
      view.turns.findLast((point) => point.type === 'CheckpointSaved' && point.node === node)?.repos;
    expect(behind('plan')).toEqual({ project: project.git('rev-parse', `${head}^`) });
    expect(behind('sub')).toEqual({ project: head });
  },
);

verifies('workspace:children', 'what a child commits is told by the child alone', async () => {
  const project = newGitProject();
  const orchestra = await openHere(project);
  project.write('child.dot', `digraph Child { ${ends} work [prompt="Work"] start -> work -> exit }`);
  const dot = `digraph Parent { ${ends} plan [prompt="Plan"] last [prompt="Last"]
    sub [type=sub_pipeline, sub_pipeline.dotfile="child.dot"] start -> plan -> sub -> last -> exit }`;
  const session = await startHere(orchestra, project, { dot, script });
  const events = await Array.fromAsync(session.events());
  const view = await orchestra.view(await orchestra.findRun(session.runId));
  const commits = events.flatMap((event) => (event.type === 'AgentCommitCreated' ? [event.subject] : []));
  expect(commits).toEqual(['Add plan', 'Add work', 'Add last']);
  const branch = view.workspace?.repos[0]?.branch ?? '';
  expect(view.workspace?.repos[0]?.head).toBe(project.git('rev-parse', branch));
});
