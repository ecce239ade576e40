import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { ErrorLine } from '../../src/contract/command-documents.ts';
import { until } from '../support/cli.ts';
import { serveGit, type GitOverHttp, type HttpUser } from '../support/git-over-http.ts';
import { newGitProject, type GitProject } from '../support/git-project.ts';
import { verifies } from '../support/verifies.ts';

const ends = 'start [shape=Mdiamond] exit [shape=Msquare]';
const me: HttpUser = { name: 'me', password: 'a secret/w%rd' };

interface Scene {
  readonly project: GitProject;
  readonly served: GitOverHttp;
  /** The bare repository that is served. */
  readonly bare: string;
  /** The clone is there already. */
  haveClone(): void;
  /** What a branch there stands at. */
  there(branch: string): string;
}

/** A project whose pipeline works in a clone of a repository that is served over http. */
async function remoteScene(push: string, user?: HttpUser, signedInAs = user): Promise<Scene> {
  const project = newGitProject({ 'a.txt': 'a\n' });
  const bare = join(project.folder, '../served/o/n.git');
  project.git('clone', '--quiet', '--bare', '.', bare);
  const served = await serveGit(join(project.folder, '../served'), user);
  const remote = served.address('o/n.git', signedInAs);
  project.write('orchestra.yaml', { workspace: { repos: { shop: { path: 'shop', remote, push } } } });
  project.write('p.dot', pipeline('cat a.txt; echo b > b.txt'));
  return {
    ...{ project, served, bare },
    haveClone: () => void project.git('clone', '--quiet', bare, 'shop'),
    there: (branch) => project.git('-C', bare, 'rev-parse', branch),
  };
}

const pipeline = (...commands: readonly string[]): string => {
  const tools = commands.map((line, n) => `t${n} [shape=parallelogram, tool_command=${JSON.stringify(line)}]`);
  return `digraph P { ${ends} ${tools.join(' ')} start -> ${commands.map((_line, n) => `t${n}`).join(' -> ')} -> exit }`;
};

/** Waits in a tool, which the time of the tool bounds, until a branch of the run is at the remote. */
const untilPushed = (bare: string): string =>
  `while ! git --git-dir='${bare}' for-each-ref | grep -q orchestra/; do sleep 0.05; done`;

/** Whatever the project's state holds, as text. */
function stateOf(project: GitProject): string {
  const folder = join(project.folder, '.orchestra');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('\n');
}

describe('a repository at a remote over http', () => {
  verifies(
    'publishing:http',
    'is cloned, worked in, and gets the branch of the run when it has completed',
    async () => {
      const { project, there } = await remoteScene('on_completion');
      const ran = await project.run(['run', 'p.dot', '--json']);
      expect(ran.code, ran.stderr).toBe(0);
      expect(ran.stderr).toContain('cloned shop into');
      const { branch, head } = await project.repository();
      expect(there(branch)).toBe(head);
    },
  );

  verifies(
    ['publishing:http', 'publishing:no-secret'],
    'is pushed to on checkpoints, with a password that stands nowhere but in the configuration',
    async () => {
      const { project, served, bare, there } = await remoteScene('on_checkpoint', me);
      project.write('p.dot', pipeline('echo b > b.txt', untilPushed(bare), 'echo c > c.txt'));
      const ran = await project.run(['run', 'p.dot', '--json']);
      expect(ran.code, ran.stderr).toBe(0);
      const { branch, head } = await project.repository();
      expect(there(branch)).toBe(head);
      const shown = await project.run(['show', 'last', '--json']);
      const logs = await project.run(['logs', 'last']);
      const clone = project.read('shop/.git/config');
      const told = [ran, shown, logs].flatMap(({ stdout, stderr }) => [stdout, stderr]);
      const everything = [...told, clone, stateOf(project), ...served.commandLines].join('\n');
      expect(everything).toContain(served.address('o/n.git'));
      for (const secret of [me.password, encodeURIComponent(me.password), btoa(`${me.name}:${me.password}`)])
        expect(everything).not.toContain(secret);
    },
  );

  verifies(
    ['publishing:refused', 'publishing:no-secret'],
    'that does not know the password is told of with its code and what to do',
    async () => {
      const wrong = { ...me, password: 'wrong-word' };
      const { project, served, haveClone } = await remoteScene('on_completion', me, wrong);
      haveClone();
      const ran = await project.run(['run', 'p.dot']);
      expect(ran.code).toBe(0);
      expect(ran.stderr).toMatch(/could not be pushed to http:\/\/127.+Authentication failed/);
      expect(ran.stderr).toMatch(/\(GIT_REMOTE_FAILED\) Try it by hand.+Then: orchestra publish \S+$/m);
      const published = await project.run(['publish', 'last', '--json']);
      expect(published.code).toBe(2);
      expect(ran.stderr + published.stdout + published.stderr + stateOf(project)).not.toContain(wrong.password);
      // What went wrong is mended in the configuration.
      project.write('orchestra.yaml', {
        workspace: { repos: { shop: { path: 'shop', remote: served.address('o/n.git', me) } } },
      });
      expect((await project.run(['publish', 'last'])).code).toBe(0);
    },
  );

  verifies('publishing:refused', 'that forbids it is told of with its code and what to do', async () => {
    const { project, served, haveClone } = await remoteScene('on_checkpoint');
    haveClone();
    served.refuse(403);
    const ran = await project.run(['run', 'p.dot', '--json']);
    expect(ran.code).toBe(0);
    expect(ran.events().filter(({ type }) => type === 'SessionBranchPushFailed')).not.toEqual([]);
    const published = await project.run(['publish', 'last', '--json']);
    expect(published.code).toBe(2);
    const error = JSON.parse(published.stdout.trimEnd().split('\n').at(-1) ?? '') as ErrorLine;
    expect(error).toMatchObject({
      code: 'GIT_REMOTE_FAILED',
      message: expect.stringMatching(/error: 403\b.+ is still in /s) as string,
      hint: expect.stringContaining('sign in') as string,
    });
  });

  verifies('publishing:refused', 'is never robbed of what others pushed to the branch', async () => {
    const { project, bare, there, haveClone } = await remoteScene('on_completion');
    haveClone();
    await project.run(['run', 'p.dot']);
    const { branch } = await project.repository();
    const colleague = join(project.folder, '../colleague');
    project.git('clone', '--quiet', '--branch', branch, bare, colleague);
    project.git('-C', colleague, 'commit', '--quiet', '--allow-empty', '--message', 'Theirs');
    project.git('-C', colleague, 'push', '--quiet');
    const theirs = there(branch);
    const published = await project.run(['publish', 'last']);
    expect(published.code).toBe(1);
    expect(published.stderr).toMatch(/GIT_REMOTE_AHEAD: .+ has commits that did not come from here/);
    expect(published.stderr).toContain('Fetch them and merge them');
    expect(there(branch)).toBe(theirs);
  });
});

describe('a remote that hangs', () => {
  verifies('publishing:broken-off', 'holds no run that is interrupted twice, and gets its branch later', async () => {
    const { project, served, there, haveClone } = await remoteScene('on_completion');
    haveClone();
    served.hang();
    const running = project.start(['run', 'p.dot']);
    await until(() => served.requests.length > 0);
    running.process.kill('SIGINT');
    await running.tells('waits for its branches to be pushed');
    running.process.kill('SIGINT');
    const ran = await running.finished;
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/Pushing was broken off: `orchestra publish \S+` pushes what has not gone out/);
    expect(project.leftRunning()).toEqual([]);
    served.goOn();
    expect((await project.run(['publish', 'last'])).code).toBe(0);
    const { branch, head } = await project.repository();
    expect(there(branch)).toBe(head);
  });

  verifies('publishing:broken-off', 'holds no run that is cancelled while a checkpoint goes out', async () => {
    const { project, served, haveClone } = await remoteScene('on_checkpoint');
    haveClone();
    project.write('p.dot', pipeline('echo c > c.txt', 'while true; do sleep 0.05; done'));
    served.hang();
    const running = project.start(['run', 'p.dot']);
    await until(() => served.requests.length > 0);
    running.process.kill('SIGINT');
    await running.tells('Pausing');
    running.process.kill('SIGINT');
    expect((await running.finished).code).toBe(130);
    expect(project.leftRunning()).toEqual([]);
  });

  verifies('publishing:broken-off', 'holds no `orchestra publish` that is interrupted', async () => {
    const { project, served, haveClone } = await remoteScene('never');
    haveClone();
    await project.run(['run', 'p.dot']);
    served.hang();
    const running = project.start(['publish', 'last']);
    await until(() => served.requests.length > 0);
    running.process.kill('SIGINT');
    const published = await running.finished;
    expect(published.code).toBe(130);
    expect(published.stderr).toContain('Broken off');
    expect(project.leftRunning()).toEqual([]);
  });
});
