import { expect, test } from 'vitest';
import { signInOf } from './sign-in.ts';

const held = ({ env }: { readonly env: Readonly<Record<string, string>> }): readonly string[] => Object.values(env);

test('name and password are taken out of an address of http', () => {
  const signIn = signInOf('https://me:p%40ss%2Fw0rd@Host.example:8443/o/n.git?x=@y');
  expect(signIn.address).toBe('https://Host.example:8443/o/n.git?x=@y');
  expect(held(signIn)).toEqual(['me', 'p@ss/w0rd']);
  expect(Object.keys(signIn.config)).toEqual(['credential.helper', 'credential.https://host.example:8443.helper']);
  expect(JSON.stringify(signIn.config)).not.toContain('w0rd');
});

test('a password may be empty, or hold what is no encoding', () => {
  expect(held(signInOf('http://token:@127.0.0.1/o/n'))).toEqual(['token', '']);
  expect(held(signInOf('http://me:50%@127.0.0.1/o/n'))).toEqual(['me', '50%']);
});

test('of a name alone git asks for the password where it always does', () => {
  expect(signInOf('https://token@host.example/o/n')).toEqual({
    address: 'https://host.example/o/n',
    config: { 'credential.https://host.example.username': 'token' },
    env: {},
  });
});

test.each(['origin', '/srv/git/n.git', 'git@host.example:o/n.git', 'ssh://git@host.example/o/n', 'https://h/o/n'])(
  '%s stays as it is',
  (remote) => {
    expect(signInOf(remote)).toEqual({ address: remote, config: {}, env: {} });
  },
);
