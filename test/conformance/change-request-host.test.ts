import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectHost } from '../../src/workspace/publishing/connect-host.ts';
import { ensureChangeRequest } from '../../src/workspace/publishing/ensure-change-request.ts';
import type { ChangeRequestHost, NewChangeRequest } from '../../src/workspace/publishing/change-request-host.ts';
import type { Hosting } from '../../src/workspace/publishing/hosting.ts';
import { playGitea } from '../support/change-request-hosts/gitea-server.ts';
import { playGithub } from '../support/change-request-hosts/github-server.ts';
import { playGitlab } from '../support/change-request-hosts/gitlab-server.ts';
import { keep, type PlayedHost, type PlayedRepository } from '../support/change-request-hosts/played-host.ts';
import { stubProgram } from '../support/change-request-hosts/stub-program.ts';

interface UnderTest {
  readonly host: ChangeRequestHost;
  readonly played: PlayedHost;
  readonly repository: PlayedRepository;
}

const token = 'a-token-of-the-test';
const branch = 'orchestra/ship it/r-1/main';
const signal = new AbortController().signal;

async function over(
  hosting: Pick<Hosting, 'kind' | 'repository'>,
  played: PlayedHost & { readonly repository: PlayedRepository },
  root: string,
  env: Readonly<Record<string, string>>,
): Promise<UnderTest> {
  played.repository.branches.add(branch);
  const full = { ...hosting, host: 'host.example', api: `${played.url}${root}`, apiIsNamed: true };
  const { host } = await connectHost(full, { env, cwd: '/', signal });
  return { host, played, repository: played.repository };
}

async function throughProgram(
  kind: 'github' | 'gitlab',
  played: PlayedHost & { readonly repository: PlayedRepository },
  root: string,
): Promise<UnderTest> {
  played.repository.branches.add(branch);
  const name = kind === 'github' ? 'gh' : 'glab';
  const stub = stubProgram({ name, api: `${played.url}${root}`, authorization: `Bearer ${token}` });
  const home = mkdtempSync(join(tmpdir(), 'host-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const { path } = played.repository;
  const hosting = { kind, host: `${kind}.com`, api: `https://${kind}.com/api`, apiIsNamed: false, repository: path };
  const { host } = await connectHost(hosting, { env: { PATH: stub.folder, HOME: home }, cwd: home, signal });
  return { host, played, repository: played.repository };
}

const drivers: Readonly<Record<string, () => Promise<UnderTest>>> = {
  GitHub: async () =>
    over({ kind: 'github', repository: 'o/n' }, await playGithub(token, 'o/n'), '/api/v3', {
      GH_ENTERPRISE_TOKEN: token,
    }),
  GitLab: async () =>
    over({ kind: 'gitlab', repository: 'g/sub/n' }, await playGitlab(token, 'g/sub/n'), '/api/v4', {
      GITLAB_TOKEN: token,
    }),
  Gitea: async () =>
    over({ kind: 'gitea', repository: 'o/n' }, await playGitea(token, 'o/n'), '/api/v1', { GITEA_TOKEN: token }),
  Forgejo: async () =>
    over({ kind: 'forgejo', repository: 'o/n' }, await playGitea(token, 'o/n'), '/api/v1', { FORGEJO_TOKEN: token }),
  'GitHub through gh': async () => throughProgram('github', await playGithub(token, 'o/n'), '/api/v3'),
  'GitLab through glab': async () => throughProgram('gitlab', await playGitlab(token, 'g/sub/n'), '/api/v4'),
};

const wanted: NewChangeRequest = { branch, base: 'main', title: 'Ship it', body: 'What was done.', draft: false };

/** Waits for nothing, and remembers what it was asked to wait for. */
function patience(): { readonly pauses: number[]; readonly signal: AbortSignal; pause(ms: number): Promise<void> } {
  const pauses: number[] = [];
  return { pauses, signal, pause: async (ms) => void pauses.push(ms) };
}

const other = { title: 'Other', body: '', draft: false, base: 'main' } as const;

describe.each(Object.entries(drivers))('%s', (_name, start) => {
  test('opens a change request where there is none, and finds it then', async () => {
    const { host, repository } = await start();
    expect(await host.find(branch, signal)).toBeUndefined();
    const opened = await host.open(wanted, signal);
    expect(repository.changeRequests).toMatchObject([{ title: 'Ship it', head: branch, base: 'main', draft: false }]);
    expect(await host.find(branch, signal)).toEqual(opened);
    expect(opened).toMatchObject({
      number: 1,
      body: 'What was done.',
      url: expect.stringMatching(/^https:.*\/1$/) as string,
    });
  });

  test('opens a draft in the way of its host', async () => {
    const { host, repository } = await start();
    await host.open({ ...wanted, draft: true }, signal);
    expect(repository.changeRequests).toMatchObject([
      { title: expect.stringMatching(/Ship it$/) as string, draft: true },
    ]);
  });

  test('takes no change request of a fork, of another branch or a closed one for it', async () => {
    const { host, repository } = await start();
    keep(repository, { ...other, head: branch, headRepository: 2 });
    keep(repository, { ...other, head: `${branch}-2`, headRepository: 1 });
    keep(repository, { ...other, head: branch, headRepository: 1 }).state = 'closed';
    expect(await host.find(branch, signal)).toBeUndefined();
  });

  test('finds it behind many others, page by page', async () => {
    const { host, repository } = await start();
    repository.pageSize = 3;
    keep(repository, { ...other, head: branch, headRepository: 1, body: 'the one' });
    for (let index = 0; index < 10; index++) keep(repository, { ...other, head: branch, headRepository: 2 });
    expect(await host.find(branch, signal)).toMatchObject({ number: 1, body: 'the one' });
  });

  test('writes only the description anew, and keeps what people wrote around it', async () => {
    const { host, repository } = await start();
    await ensureChangeRequest(host, wanted, patience());
    repository.changeRequests[0]!.title = 'A better title';
    await ensureChangeRequest(host, { ...wanted, body: 'More was done.' }, patience());
    expect(repository.changeRequests).toMatchObject([
      { title: 'A better title', body: 'What was done.\n\nMore was done.' },
    ]);
  });

  test('one that is opened meanwhile is updated, not doubled', async () => {
    const { host, played, repository } = await start();
    const happens = (): void => void keep(repository, { ...other, head: branch, headRepository: 1 });
    played.goesWrong({ kind: 'meanwhile', method: 'POST', happens });
    expect(await ensureChangeRequest(host, wanted, patience())).toMatchObject({ number: 1, body: 'What was done.' });
    expect(repository.changeRequests).toHaveLength(1);
  });

  test('an answer that is lost on its way does not double it', async () => {
    const { host, played, repository } = await start();
    played.goesWrong({ kind: 'lost-answer', method: 'POST' });
    const { pauses, ...patient } = patience();
    expect(await ensureChangeRequest(host, wanted, patient)).toMatchObject({ number: 1 });
    expect(repository.changeRequests).toHaveLength(1);
    expect(pauses).toEqual([1_000]);
  });

  test('a busy host is asked again when it says, a broken one soon', async () => {
    const { host, played } = await start();
    played.goesWrong(
      { kind: 'answer', method: 'GET', answer: { status: 429, headers: { 'retry-after': '7' } } },
      { kind: 'answer', method: 'GET', answer: { status: 503 } },
    );
    const { pauses, ...patient } = patience();
    await ensureChangeRequest(host, wanted, patient);
    expect(pauses).toEqual([7_000, 2_000]);
  });

  test('a host that stays broken, or asks to wait for long, is given up with what it said', async () => {
    const { host, played } = await start();
    const broken = {
      kind: 'answer',
      method: 'GET',
      answer: { status: 502, body: { message: 'bad gateway' } },
    } as const;
    played.goesWrong(broken, broken, broken, broken);
    await expect(ensureChangeRequest(host, wanted, patience())).rejects.toMatchObject({
      code: 'PUBLISH_UNREACHABLE',
      message: expect.stringContaining('answered 502 to GET') as string,
    });
    const limited = { status: 429, headers: { 'retry-after': '3600' } };
    played.goesWrong({ kind: 'answer', method: 'GET', answer: limited });
    await expect(ensureChangeRequest(host, wanted, patience())).rejects.toThrow('it asks to wait for 1 h');
  });

  test('a base that is not there is refused in the words of the host, and not tried again', async () => {
    const { host, played, repository } = await start();
    repository.branches.delete(branch);
    const { pauses, ...patient } = patience();
    await expect(ensureChangeRequest(host, wanted, patient)).rejects.toMatchObject({ code: 'PUBLISH_REFUSED' });
    expect(pauses).toEqual([]);
    expect(played.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('a token that is no longer one is told as that', async () => {
    const { host, repository } = await start();
    Object.assign(repository, { token: 'another' });
    await expect(host.find(branch, signal)).rejects.toMatchObject({
      code: 'PUBLISH_REFUSED',
      details: { status: 401 },
      hint: expect.stringContaining('token') as string,
    });
  });

  test('a host nobody reaches is tried again and given up', async () => {
    const { host, played } = await start();
    await played.close();
    const { pauses, ...patient } = patience();
    await expect(ensureChangeRequest(host, wanted, patient)).rejects.toMatchObject({ code: 'PUBLISH_UNREACHABLE' });
    expect(pauses).toEqual([1_000, 2_000, 4_000]);
  });

  test('what is aborted ends at once with the reason', async () => {
    const { host } = await start();
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await expect(host.find(branch, controller.signal)).rejects.toThrow('enough');
  });
});
