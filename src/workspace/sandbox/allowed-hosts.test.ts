import { expect, test } from 'vitest';
import { sandboxSection } from '../../contract/config/sandbox.ts';
import { hostFilter, withoutProxy } from './allowed-hosts.ts';

const allows = hostFilter(['api.example.com', '*.Example.org', 'localhost:8080']);

test.each([
  ['api.example.com', 443, true],
  ['API.example.com.', 80, true],
  ['api.example.com', 22, false],
  ['example.com', 443, false],
  ['evil-api.example.com', 443, false],
  ['api.example.com.evil.net', 443, false],
  ['a.b.example.org', 443, true],
  ['example.org', 443, false],
  ['evilexample.org', 443, false],
  ['localhost', 8080, true],
  ['localhost', 443, false],
])('%s at port %i is allowed: %s', (host, port, isAllowed) => {
  expect(allows(host, port)).toBe(isAllowed);
});

test('the loopback of the sandbox needs no proxy, unless that of the machine is allowed', () => {
  expect(withoutProxy(['api.example.com'])).toBe('localhost,127.0.0.1');
  expect(withoutProxy(['127.0.0.1:11434'])).toBe('localhost');
});

test.each(['https://api.example.com', 'api.example.com/v1', '*', 'a.*.com', '', 'host:port'])(
  '%j is not a host',
  (host) => {
    expect(sandboxSection.safeParse({ kind: 'bwrap', allow: [host] }).success).toBe(false);
  },
);
