import { expect, test } from 'vitest';
import { parseRemote, withoutCredentials } from './remote-address.ts';

test.each([
  ['https://github.com/owner/name.git', { scheme: 'https', host: 'github.com', path: 'owner/name' }],
  ['https://user:secret@GitHub.com/owner/name/', { scheme: 'https', host: 'github.com', path: 'owner/name' }],
  ['http://127.0.0.1:3000/owner/name', { scheme: 'http', host: '127.0.0.1', port: 3000, path: 'owner/name' }],
  ['git@github.com:owner/name.git', { scheme: 'ssh', host: 'github.com', path: 'owner/name' }],
  ['github.com:owner/name', { scheme: 'ssh', host: 'github.com', path: 'owner/name' }],
  [
    'git@gitlab.example:group/sub/deeper/name.git',
    { scheme: 'ssh', host: 'gitlab.example', path: 'group/sub/deeper/name' },
  ],
  ['git@gitlab.example:/group/name.git', { scheme: 'ssh', host: 'gitlab.example', path: 'group/name' }],
  [
    'ssh://git@host.example:2222/owner/name.git',
    { scheme: 'ssh', host: 'host.example', port: 2222, path: 'owner/name' },
  ],
  ['git+ssh://git@host.example/owner/name', { scheme: 'ssh', host: 'host.example', path: 'owner/name' }],
  ['git@[2001:db8::1]:owner/name', { scheme: 'ssh', host: '[2001:db8::1]', path: 'owner/name' }],
  ['https://host.example/owner/na%20me', { scheme: 'https', host: 'host.example', path: 'owner/na me' }],
  ['https://host.example/owner/100%', { scheme: 'https', host: 'host.example', path: 'owner/100%' }],
])('%s is taken apart', (remote, address) => {
  expect(parseRemote(remote)).toEqual(address);
});

test.each([
  '/srv/git/name.git',
  '../name',
  'file:///srv/git/name.git',
  'git://host.example/owner/name',
  'C:/Users/me/name',
  'host.example:name.git',
  'host.example:~me/name.git',
  'https://host.example/name',
  'https://host.example/owner/../name',
  'https://',
  '',
])('%s names no repository of a host', (remote) => {
  expect(parseRemote(remote)).toBeUndefined();
});

test.each([
  ['https://user:secret@host.example/owner/name', 'https://host.example/owner/name'],
  ['https://token@host.example/owner/name', 'https://host.example/owner/name'],
  ['https://user:s@cret@host.example/owner/name', 'https://host.example/owner/name'],
  ['https://host.example/owner/n@me', 'https://host.example/owner/n@me'],
  ['git@host.example:owner/name.git', 'git@host.example:owner/name.git'],
  ['/srv/git/n@me', '/srv/git/n@me'],
  ["could not read 'https://token@host.example': no", "could not read 'https://host.example': no"],
])('%s is shown without who signs in', (remote, shown) => {
  expect(withoutCredentials(remote)).toBe(shown);
});
