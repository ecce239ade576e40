import { renameSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { newGitProject } from '../support/git-project.ts';
import { verifies } from '../support/verifies.ts';
import { addRemote } from '../support/bare-remote.ts';
import { leftBehind } from '../support/left-behind.ts';
import { workspaceEnd } from '../support/workspace-end.ts';
import { ends, turns, writes } from '../support/writing-agents.ts';

/** @param between what stands between its two agents */
const pipeline = (between: string): string => `digraph Remote { ${ends}
  before [prompt="Before"] between [${between}] after [prompt="After"]
  start -> before -> between -> after [label="[G] Go on"] after -> exit }`;

const script = { before: turns(writes({ before: 'b\n' })), after: turns(writes({ after: 'a\n' })) };

describe('a remote that is gone', () => {
  verifies(
    'workspace:remote-gone',
    'when a run ends costs it its push, which `publish` makes up for when the remote is back',
    async () => {
      const project = newGitProject();
      const remote = addRemote(project);
      project.write('p.dot', pipeline('shape=parallelogram, tool_command=true'));
      project.write('s.json', script);
      renameSync(remote, `${remote}.gone`);
      const ran = await project.run(['run', 'p.dot', '--script', 's.json', '--json']);
      expect(ran.result()).toMatchObject({ status: 'success' });
      const told = ran.events().find(({ type }) => type === 'SessionBranchPushFailed');
      expect(told).toMatchObject({
        error: expect.stringMatching(/does not appear to be a git repository[^]*is still in/) as string,
      });
      const refused = await project.run(['publish', 'last']);
      expect({ code: refused.code, stderr: refused.stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/^error GIT_REMOTE_FAILED: [^]*\n {2}\S/) as string,
      });
      renameSync(`${remote}.gone`, remote);
      expect((await project.run(['publish', 'last'])).code).toBe(0);
      expect((await workspaceEnd(project)).pushed).toEqual(['main']);
      expect(leftBehind(project)).toEqual([]);
    },
  );

  verifies(
    'workspace:remote-gone',
    'in the middle of a run holds it up nowhere: the next commit goes out with those before it',
    async () => {
      const project = newGitProject();
      const remote = addRemote(project, 'on_checkpoint');
      project.write('p.dot', pipeline('shape=hexagon, label="Go on?"'));
      project.write('s.json', script);
      renameSync(remote, `${remote}.gone`);
      const waiting = await project.run(['run', 'p.dot', '--script', 's.json', '--json']);
      expect(waiting.code).toBe(3);
      expect(waiting.events().map(({ type }) => type)).toContain('SessionBranchPushFailed');
      renameSync(`${remote}.gone`, remote);
      expect((await project.run(['answer', 'last', 'G'])).code).toBe(0);
      const resumed = await project.run(['resume', 'last', '--json']);
      expect(resumed.result(), resumed.stderr).toMatchObject({ status: 'success' });
      expect(resumed.events().map(({ type }) => type)).not.toContain('SessionBranchPushFailed');
      const { branch } = await project.repository();
      expect(project.git('-C', remote, 'log', '--format=%s', branch)).toBe('Add after\nAdd before\nBegin');
      expect(leftBehind(project)).toEqual([]);
    },
  );
});
