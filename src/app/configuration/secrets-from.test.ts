import { expect, test } from 'vitest';
import { secretsFrom } from './secrets-from.ts';

const value = 'some long value';
const namesOf = (names: readonly string[], secrets: readonly string[] = []): readonly string[] => [
  ...secretsFrom({ secrets, env: Object.fromEntries(names.map((name) => [name, value])) }).keys(),
];

test('variables are secrets by their names', () => {
  const secrets = [
    ...['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'API_KEY', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
    ...[
      'CLAUDE_CODE_OAUTH_TOKEN',
      'CLIENT_SECRET',
      'DB_PASSWORD',
      'GITHUB_PAT',
      'GITHUB_TOKEN',
      'PASSWORD',
      'PGPASSWORD',
    ],
    ...['SECRET', 'SIGNING_KEY', 'SSH_PASSPHRASE', 'STRIPE_SECRET_KEY', 'TOKEN', 'db_password'],
  ];
  const others = [
    ...['AWS_ACCESS_KEY_ID', 'GOOGLE_APPLICATION_CREDENTIALS', 'HOME', 'KEYBOARD', 'MAX_TOKENS', 'PATH', 'PUBLIC_KEY'],
    ...['SSH_AUTH_SOCK', 'TOKENIZER', 'XDG_SESSION_PATH', 'DISPATCH'],
  ];
  expect(namesOf([...secrets, ...others])).toEqual(secrets);
});

test('a configured name is a secret whatever it is, also with a value too short to be redacted', () => {
  expect(namesOf(['HARMLESS'], ['HARMLESS'])).toEqual(['HARMLESS']);
  expect([...secretsFrom({ secrets: ['PIN'], env: { PIN: '1234', OTHER_TOKEN: '1' } }).keys()]).toEqual(['PIN']);
});
