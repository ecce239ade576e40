import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { playGitea } from '../../../test/support/change-request-hosts/gitea-server.ts';
import { serveGit } from '../../../test/support/git-over-http.ts';
import { toldPublication } from '../../../test/support/told-publication.ts';
import { armFailpoint } from '../../shared/failpoint.ts';
import { createRedactor } from '../../shared/redaction.ts';
import { publish, type Publication, type PublishEvent, type PublishOptions } from './publish.ts';

const token = 'a-token-of-the-test';
const branch = 'orchestra/ship/r-1/main';
const side = 'orchestra/ship/r-1/security';

interface Scene {
  readonly folder: string;
  git(...args: readonly string[]): string;
  /** Where the bare repository lies. */
  readonly remote: string;
  branchesThere(): readonly string[];
}

/** A repository with the branches of a run, and an empty bare one. */
function scene(): Scene {
  const folder = mkdtempSync(join(tmpdir(), 'publish-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const remote = join(folder, 'o', 'n.git');
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  const gitIn = (where: string, args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-C', where, ...args], {
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  gitIn(folder, ['init', '-q', '--bare', remote]);
  gitIn(folder, ['init', '-q', '-b', 'main', 'shop']);
  const shop = join(folder, 'shop');
  writeFileSync(join(shop, 'a.txt'), 'a');
  const git = (...args: readonly string[]): string => gitIn(shop, args);
  git('add', '.');
  git('commit', '-qm', 'first');
  git('branch', branch);
  git('branch', side);
  const branchesThere = (): readonly string[] =>
    gitIn(remote, ['for-each-ref', '--format=%(refname:short)', 'refs/heads']).split('\n').filter(Boolean);
  return { folder: shop, git, remote, branchesThere };
}

interface Told {
  readonly publication: Publication;
  readonly events: PublishEvent[];
}

function publicationOf(
  { folder }: Scene,
  remote: string,
  options: Partial<PublishOptions> = {},
  more: Partial<Publication> = {},
): Told {
  const { view, repository, commits } = toldPublication();
  const events: PublishEvent[] = [];
  const branches = [{ node: 'scan', scope: 'fan#1/security', branch: side, worktree: '/w', head: 'c', merged: true }];
  // Nobody sits there to be asked for a password.
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_TERMINAL_PROMPT: '0' };
  const push = async (name: string): Promise<void> => {
    const refspec = `refs/heads/${name}:refs/heads/${name}`;
    await promisify(execFile)('git', ['-C', folder, 'push', '-q', remote, refspec], { env });
  };
  const publication: Publication = {
    view,
    commits,
    repository: { ...repository, path: folder, branches },
    remote,
    options: { changeRequest: 'never', pushBranches: false, ...options },
    push,
    emit: async (event) => void events.push(event),
    redactor: createRedactor(),
    env: { GITEA_TOKEN: token },
    signal: new AbortController().signal,
    pause: async () => undefined,
    ...more,
  };
  return { publication, events };
}

describe('a bare remote in a folder', () => {
  test('gets the branch of the run, and no other', async () => {
    const place = scene();
    const { publication, events } = publicationOf(place, place.remote);
    expect(await publish(publication)).toEqual({ pushed: [branch] });
    expect(place.branchesThere()).toEqual([branch]);
    expect(events).toEqual([{ type: 'SessionBranchPushed', repo: 'shop', branch, remote: place.remote }]);
  });

  test('gets the branches of fan-outs where that is asked for', async () => {
    const place = scene();
    const { publication } = publicationOf(place, `file://${place.remote}`, { pushBranches: true });
    expect(await publish(publication)).toEqual({ pushed: [branch, side] });
    expect(place.branchesThere()).toEqual([branch, side]);
  });

  test('gets nothing of a run that has done nothing', async () => {
    const place = scene();
    const { publication, events } = publicationOf(place, place.remote, { changeRequest: 'ready' }, { commits: [] });
    expect(await publish(publication)).toEqual({ pushed: [] });
    expect(place.branchesThere()).toEqual([]);
    expect(events).toEqual([]);
  });

  test('has no change requests, which is told behind the push', async () => {
    const place = scene();
    const { publication } = publicationOf(place, place.remote, { changeRequest: 'ready' });
    expect(await publish(publication)).toMatchObject({ pushed: [branch], problem: { code: 'PUBLISH_HOST_UNKNOWN' } });
  });

  test('that is gone is told as an event and a problem', async () => {
    const place = scene();
    const { publication, events } = publicationOf(place, join(place.folder, 'gone'), { changeRequest: 'ready' });
    expect(await publish(publication)).toMatchObject({ pushed: [], problem: { code: 'PUBLISH_PUSH_FAILED' } });
    expect(events).toMatchObject([
      { type: 'SessionBranchPushFailed', branch, error: expect.stringContaining('gone') as string },
    ]);
  });
});

test('a bare remote over http gets it, and its password stands nowhere', async () => {
  const place = scene();
  const served = await serveGit(join(place.remote, '../..'), { name: 'me', password: 'secret-word' });
  const address = (password: string): string => served.address('o/n.git', { name: 'me', password });
  const good = publicationOf(place, address('secret-word'));
  expect(await publish(good.publication)).toEqual({ pushed: [branch] });
  expect(place.branchesThere()).toEqual([branch]);
  expect(good.events).toEqual([
    { type: 'SessionBranchPushed', repo: 'shop', branch, remote: served.address('o/n.git') },
  ]);
  const bad = publicationOf(place, address('wrong-word'));
  const { problem } = await publish(bad.publication);
  expect(JSON.stringify([bad.events, problem?.message])).not.toContain('wrong-word');
  const alone = publicationOf(place, address('').replace('me:', 'a-token-alone'));
  const failed = await publish(alone.publication);
  expect(failed.problem).toMatchObject({ code: 'PUBLISH_PUSH_FAILED' });
  expect(JSON.stringify([alone.events, failed.problem?.message])).not.toContain('a-token-alone');
});

describe('a change request', () => {
  async function hosted(options: Partial<PublishOptions> = {}, more: Partial<Publication> = {}) {
    const place = scene();
    const played = await playGitea(token, 'o/n');
    played.repository.branches.add(branch);
    const publishing = { changeRequest: 'ready', host: 'gitea', ...options } as const;
    // What is pushed goes to a folder; the host of the change request is another one.
    const told = publicationOf(place, `${played.url}/o/n.git`, publishing, { push: async () => undefined, ...more });
    return { place, played, ...told };
  }

  test('is opened behind the push, with what the run tells', async () => {
    const { played, publication, events } = await hosted();
    expect(await publish(publication)).toMatchObject({ pushed: [branch], changeRequest: { number: 1 } });
    expect(played.repository.changeRequests).toMatchObject([
      {
        head: branch,
        base: 'main',
        title: 'Make the basket remember *everything*',
        body: expect.stringContaining('### What was done') as string,
      },
    ]);
    const url = 'https://gitea.example/o/n/pulls/1';
    expect(events.at(-1)).toEqual({ type: 'ChangeRequestOpened', repo: 'shop', branch, url });
  });

  test('goes where the configuration says, as a draft', async () => {
    const { played, publication } = await hosted({ changeRequest: 'draft', base: 'release' });
    played.repository.branches.add('release');
    await publish(publication);
    expect(played.repository.changeRequests).toMatchObject([{ base: 'release', draft: true }]);
  });

  test.each(['publish:pushed', 'publish:opened'])('is not doubled by a crash at %s', async (point) => {
    const { played, publication, events } = await hosted();
    {
      using _armed = armFailpoint(point, 'throw');
      await expect(publish(publication)).rejects.toThrow(point);
    }
    await publish(publication);
    expect(played.repository.changeRequests).toHaveLength(1);
    expect(events.map(({ type }) => type).at(-1)).toBe('ChangeRequestOpened');
    expect(events.filter(({ type }) => type === 'ChangeRequestOpened')).toHaveLength(1);
  });

  test('that is recorded already is brought up to date, and not recorded again', async () => {
    const { played, publication, events } = await hosted();
    const { changeRequest } = await publish(publication);
    const changeRequests = [changeRequest?.url ?? ''];
    const repository = { ...publication.repository, changeRequests };
    await publish({ ...publication, repository, verifiedBy: 'npm run check' });
    expect(played.repository.changeRequests).toMatchObject([
      { body: expect.stringContaining('npm run check') as string },
    ]);
    expect(events.filter(({ type }) => type === 'ChangeRequestOpened')).toHaveLength(1);
  });

  test('is not asked for where the branch could not be pushed', async () => {
    const push = async (): Promise<void> => Promise.reject(new Error('no route to host'));
    const { played, publication } = await hosted({}, { push });
    expect(await publish(publication)).toMatchObject({
      pushed: [],
      problem: { message: expect.stringContaining('no route') as string },
    });
    expect(played.requests).toEqual([]);
  });

  test('that a host refuses is a problem, without the token it repeats', async () => {
    const { played, publication } = await hosted();
    const answer = { status: 403, body: { message: `token ${token} may not do this` } };
    played.goesWrong({ kind: 'answer', method: 'POST', answer });
    const { problem } = await publish(publication);
    expect(problem).toMatchObject({ code: 'PUBLISH_REFUSED' });
    expect(problem?.message).toContain('token [redacted] may not do this');
  });

  test('needs a base where the run began at no branch', async () => {
    const { publication } = await hosted();
    const { baseBranch: _none, ...repository } = publication.repository;
    expect(await publish({ ...publication, repository })).toMatchObject({ problem: { code: 'PUBLISH_BASE_UNKNOWN' } });
  });

  test('is not waited for when the run is cancelled', async () => {
    const controller = new AbortController();
    const pause = async (): Promise<void> => controller.abort(new Error('cancelled'));
    const { played, publication } = await hosted({}, { signal: controller.signal, pause });
    played.goesWrong({ kind: 'answer', method: 'GET', answer: { status: 503 } });
    await expect(publish(publication)).rejects.toThrow('cancelled');
  });
});
