import { describe, expect, test } from 'vitest';
import { hostingOf } from './hosting.ts';

describe('told from the address alone', () => {
  test.each([
    ['git@github.com:o/n.git', 'github', 'https://api.github.com', 'o/n'],
    ['ssh://git@ssh.github.com:443/o/n.git', 'github', 'https://api.github.com', 'o/n'],
    ['https://octo.ghe.com/o/n', 'github', 'https://api.octo.ghe.com', 'o/n'],
    ['https://github.example.org/o/n', 'github', 'https://github.example.org/api/v3', 'o/n'],
    ['git@gitlab.com:group/sub/n.git', 'gitlab', 'https://gitlab.com/api/v4', 'group/sub/n'],
    ['https://git.gitlab.example.org:8443/g/n', 'gitlab', 'https://git.gitlab.example.org:8443/api/v4', 'g/n'],
    ['ssh://git@gitea.example.org:2222/o/n', 'gitea', 'https://gitea.example.org/api/v1', 'o/n'],
    ['https://gitea.example.org/code/o/n', 'gitea', 'https://gitea.example.org/code/api/v1', 'o/n'],
    ['https://codeberg.org/o/n.git', 'forgejo', 'https://codeberg.org/api/v1', 'o/n'],
  ])('%s', (remote, kind, api, repository) => {
    expect(hostingOf(remote)).toMatchObject({ kind, api, repository, apiIsNamed: false });
  });
});

test('what is said in the configuration wins', () => {
  expect(hostingOf('git@code.example.org:o/n.git', { host: 'gitea' })).toMatchObject({
    kind: 'gitea',
    api: 'https://code.example.org/api/v1',
  });
  expect(hostingOf('git@github.com:o/n.git', { api: 'https://proxy.example/github/' })).toMatchObject({
    api: 'https://proxy.example/github',
    apiIsNamed: true,
    repository: 'o/n',
  });
});

test('a GitLab below a folder of its web server is told from its API', () => {
  const options = { host: 'gitlab', api: 'https://example.org/gitlab/api/v4' } as const;
  expect(hostingOf('https://example.org/gitlab/group/sub/n', options).repository).toBe('group/sub/n');
  expect(hostingOf('git@example.org:group/sub/n', options).repository).toBe('group/sub/n');
});

test('a remote on this machine is reached as it is', () => {
  const { api } = hostingOf('http://127.0.0.1:3000/o/n', { host: 'forgejo' });
  expect(api).toBe('http://127.0.0.1:3000/api/v1');
});

describe('asked for, where nothing tells it', () => {
  test.each([
    ['a host of any name', 'git@code.example.org:o/n.git', 'workspace.publish.host'],
    ['clear text to another machine', 'http://gitea.example.org/o/n', 'workspace.publish.api'],
    ['more than an owner and a name', 'git@github.com:o/p/n.git', 'workspace.publish.api'],
    ['a folder', '/srv/git/n.git', 'workspace.publish'],
  ])('%s', (_what, remote, hint) => {
    expect(() => hostingOf(remote)).toThrow(
      expect.objectContaining({ code: 'PUBLISH_HOST_UNKNOWN', hint: expect.stringContaining(hint) as string }),
    );
  });
});

test('an address with a password is named without it', () => {
  expect(() => hostingOf('https://me:secret-word@code.example.org/o/n')).toThrow(
    /^https:\/\/code\.example\.org\/o\/n /,
  );
});
