import { expect, test } from 'vitest';
import { playGitea } from '../../../test/support/change-request-hosts/gitea-server.ts';
import { playGithub } from '../../../test/support/change-request-hosts/github-server.ts';
import { stubProgram } from '../../../test/support/change-request-hosts/stub-program.ts';
import { connectHost } from './connect-host.ts';
import { hostingOf } from './hosting.ts';

const signal = new AbortController().signal;
const github = hostingOf('git@github.com:o/n.git');

test('a token in the environment goes before a program that is signed in', async () => {
  const stub = stubProgram({ name: 'gh', api: 'http://127.0.0.1:9', authorization: 'none' });
  const env = { PATH: stub.folder, GITHUB_TOKEN: 'second-token', GH_TOKEN: 'first-token' };
  expect(await connectHost(github, { env, cwd: '/', signal })).toMatchObject({ token: 'first-token' });
  expect(stub.calls()).toEqual([]);
});

test('without a token the program is asked whether it is signed in, and sends every request', async () => {
  const played = await playGithub('of-the-program', 'o/n');
  const api = `${played.url}/api/v3`;
  const stub = stubProgram({ name: 'gh', api, authorization: 'Bearer of-the-program' });
  const { host, token } = await connectHost(github, { env: { PATH: stub.folder }, cwd: '/', signal });
  expect(token).toBeUndefined();
  played.repository.branches.add('work');
  const wanted = { branch: 'work', base: 'main', title: 'Ship "it"; $(now)', body: 'a\nb', draft: true };
  await host.describe(await host.open(wanted, signal), '`rm -rf`', signal);
  const json = ['--header', 'Content-Type: application/json', '--input', '-'];
  expect(stub.calls()).toEqual([
    ['auth', 'status', '--hostname', 'github.com'],
    ['api', '--hostname', 'github.com', '--include', '--method', 'POST', ...json, 'repos/o/n/pulls'],
    ['api', '--hostname', 'github.com', '--include', '--method', 'PATCH', ...json, 'repos/o/n/pulls/1'],
  ]);
  expect(played.repository.changeRequests).toMatchObject([
    { title: 'Ship "it"; $(now)', body: '`rm -rf`', draft: true },
  ]);
});

test('a program that is signed out meanwhile is told as that', async () => {
  const stub = stubProgram({ name: 'gh', api: 'http://127.0.0.1:9', authorization: 'none' });
  const { host } = await connectHost(github, { env: { PATH: stub.folder }, cwd: '/', signal });
  stub.signOut();
  await expect(host.find('work', signal)).rejects.toMatchObject({ code: 'PUBLISH_REFUSED', details: { status: 401 } });
});

test('where nobody is signed in, both ways are named', async () => {
  await expect(connectHost(github, { env: { PATH: '/nowhere' }, cwd: '/', signal })).rejects.toMatchObject({
    code: 'PUBLISH_SIGN_IN_MISSING',
    message: 'Nobody is signed in at github.com: GH_TOKEN and GITHUB_TOKEN are not set, and gh is not installed.',
    hint: 'Set GH_TOKEN, or run `gh auth login --hostname github.com`.',
  });
  const stub = stubProgram({ name: 'glab', api: 'http://127.0.0.1:9', authorization: 'none' });
  stub.signOut();
  const gitlab = hostingOf('git@gitlab.com:g/n.git');
  await expect(connectHost(gitlab, { env: { PATH: stub.folder }, cwd: '/', signal })).rejects.toMatchObject({
    message: 'Nobody is signed in at gitlab.com: GITLAB_TOKEN is not set, and glab is not signed in at gitlab.com.',
  });
});

test.each([
  [
    'a server of an enterprise',
    'https://github.example.org/o/n',
    'GH_ENTERPRISE_TOKEN',
    { GITHUB_TOKEN: 'of-the-cloud' },
  ],
  ['a host without a program', 'https://gitea.example.org/o/n', 'GITEA_TOKEN', { GITHUB_TOKEN: 'of-the-cloud' }],
])('%s gets no token of another', async (_what, remote, variable, env) => {
  await expect(connectHost(hostingOf(remote), { env, cwd: '/', signal })).rejects.toMatchObject({
    hint: expect.stringContaining(`Set ${variable}`) as string,
  });
});

test('a variable that was named is the only one that counts', async () => {
  const env = { GITHUB_TOKEN: 'the-usual-one', ROBOT_TOKEN: 'of-the-robot' };
  const signIn = { env, cwd: '/', signal, tokenVariable: 'ROBOT_TOKEN' };
  expect(await connectHost(github, signIn)).toMatchObject({ token: 'of-the-robot' });
  await expect(connectHost(github, { ...signIn, tokenVariable: 'OTHER_TOKEN' })).rejects.toMatchObject({
    message: 'Nobody is signed in at github.com: OTHER_TOKEN is not set.',
  });
});

test('a server on this machine, found by its address', async () => {
  const played = await playGitea('a-token-of-the-test', 'o/n');
  const hosting = hostingOf(`${played.url}/o/n.git`, { host: 'gitea' });
  const { host } = await connectHost(hosting, { env: { GITEA_TOKEN: ' a-token-of-the-test\n' }, cwd: '/', signal });
  expect(await host.find('work', signal)).toBeUndefined();
});
