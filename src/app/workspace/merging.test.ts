import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fakeAgent } from '../../../test/support/fake-agent.ts';
import { newGitProject } from '../../../test/support/git-project.ts';
import { ends } from '../../../test/support/writing-agents.ts';
import { Orchestra } from '../orchestra.ts';

test('the usage of a merge is that of every conflict an agent resolves in it', async () => {
  const usage = { inputTokens: 10, outputTokens: 1, costUsd: 0.5 };
  let asked = 0;
  const writer = fakeAgent(({ request: { cwd } }) => {
    asked += 1;
    writeFileSync(join(cwd, 'shared'), `answer ${asked}\n`);
    return [{ type: 'result', ok: true, text: 'done', usage }];
  });
  const project = newGitProject();
  const orchestra = await Orchestra.open({
    cwd: project.folder,
    env: project.environment,
    extensions: { backends: { writer } },
  });
  onTestFinished(() => orchestra.close());
  const file = project.write(
    'pipeline.dot',
    `digraph Merging { ${ends}
      fan [shape=component] join [shape=tripleoctagon, merge_policy=agent_resolves]
      one [prompt="One"] two [prompt="Two"] three [prompt="Three"]
      start -> fan  fan -> one -> join  fan -> two -> join  fan -> three -> join  join -> exit }`,
  );
  const compilation = await orchestra.compileFile(file);
  const { session } = await orchestra.start({ file, compilation, cwd: project.folder, backend: 'writer' });
  expect(await session.done).toMatchObject({ state: 'completed' });
  const { nodeUsage } = await orchestra.view(await orchestra.findRun(session.runId));
  expect(asked).toBe(5);
  expect(nodeUsage['join']).toEqual({ inputTokens: 20, outputTokens: 2, costUsd: 1 });
});
