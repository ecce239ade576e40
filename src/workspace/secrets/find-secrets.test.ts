import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AddedLine } from '../git/patch.ts';
import { secretSearch } from './find-secrets.ts';

// No credential of a known shape stands in this file as a whole, so that nobody's search finds one here.
const githubToken = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
const awsKey = ['aws_secret_access_key', '"Zq3kXb4tPsJ2vMnDz7QkXb4TpSj2VmNd0123Abcd"'].join(' = ');
const key = [
  ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' '),
  'MIIEpAIBAAKCAQEA',
  ...Array.from({ length: 20 }, (_, index) => createHash('sha384').update(String(index)).digest('base64')),
  ['-----END RSA', 'PRIVATE KEY-----'].join(' '),
];

const find = secretSearch({ secrets: { SHOP_KEY: 'correct-horse-battery', PIN: '1234' } });

function added(path: string, texts: readonly string[], from = 1): readonly AddedLine[] {
  return texts.map((text, index) => ({ path, line: from + index, text }));
}

describe('what looks like a credential', () => {
  test.each([
    ['a token of GitHub', `const token = '${githubToken}';`, 'github GITHUB_TOKEN'],
    ['a key of AWS', awsKey, 'aws AWSSecretAccessKey'],
    [
      'a password in an address',
      'url = postgres://admin:hunter2hunter2@db.example.org:5432/shop',
      'database-connection-string PostgreSQLConnection',
    ],
  ])('%s is found with its line', async (_what, text, rule) => {
    const findings = await find(added('src/a.ts', ['', text, ''], 41));
    expect(findings).toContainEqual({ file: 'src/a.ts', line: 42, rule });
    expect(JSON.stringify(findings)).not.toMatch(/hunter2|wWPw5k|Zq3k/);
  });

  test('a file is searched whatever its name is', async () => {
    for (const file of ['new\nline.ts', 'carriage\rreturn', '-dash', ' ', '||', '::end||'])
      expect(await find(added(file, [awsKey]))).toEqual([{ file, line: 1, rule: 'aws AWSSecretAccessKey' }]);
  });

  test('a key of several lines is found where it begins', async () => {
    const rule = expect.stringMatching(/^privatekey /) as string;
    expect(await find(added('id_rsa', key, 3))).toMatchObject([{ file: 'id_rsa', line: 3, rule }]);
  });

  test('it is found in fixtures and tests, too, which say where it is meant', async () => {
    expect(await find(added('test/fixtures/a.json', [`"${githubToken}"`]))).toHaveLength(1);
    const allowed = [
      `const a = '${githubToken}'; // secretlint-disable-line`,
      '// secretlint-disable-next-line',
      `const b = '${githubToken}';`,
    ];
    expect(await find(added('test/a.test.ts', allowed))).toEqual([]);
    expect(await find(added('test/a.test.ts', [...allowed, `const c = '${githubToken}';`]))).toMatchObject([
      { line: 4 },
    ]);
  });

  test('an allowance ends with its file', async () => {
    const first = added('a.ts', ['// secretlint-disable', githubToken]);
    expect(await find([...first, ...added('b.ts', [githubToken])])).toMatchObject([{ file: 'b.ts', line: 1 }]);
  });
});

describe('a configured secret', () => {
  test.each([
    ['as it is', 'password: correct-horse-battery'],
    ['in base64', `Authorization: ${Buffer.from('me:correct-horse-battery').toString('base64')}`],
    ['with an allowance, which allows none of these', 'correct-horse-battery // secretlint-disable-line'],
  ])('is found %s', async (_how, text) => {
    expect(await find(added('a.txt', [text]))).toContainEqual({
      file: 'a.txt',
      line: 1,
      rule: 'configured secret SHOP_KEY',
    });
  });

  test('that is too short to be one is ordinary text', async () => {
    expect(await find(added('a.txt', ['1234 sheep']))).toEqual([]);
  });
});

test('ordinary changes hold none', async () => {
  const texts = ['const token = process.env.GITHUB_TOKEN;', 'Authorization: Bearer ${token}', 'sha256-abc', '😀'];
  expect(await find(added('src/a.ts', texts))).toEqual([]);
  expect(await find([])).toEqual([]);
});

test('lines with others between them are no neighbours, and keep their numbers', async () => {
  const [begin = '', ...rest] = key;
  const apart = [...added('a.pem', [begin]), ...added('a.pem', rest, 90), ...added('a.pem', [githubToken], 200)];
  expect(await find(apart)).toContainEqual({ file: 'a.pem', line: 200, rule: 'github GITHUB_TOKEN' });
});

test('findings come by file and line, each once', async () => {
  const lines = [...added('b.ts', [githubToken]), ...added('a.ts', ['', githubToken]), ...added('a.ts', [awsKey], 9)];
  const findings = await find(lines);
  expect(findings.map(({ file, line }) => `${file}:${line}`)).toEqual(['a.ts:2', 'a.ts:9', 'b.ts:1']);
});

describe('a large change', () => {
  const filler = Array.from({ length: 20_000 }, (_, index) => `const value${index} = compute(${index}, 'some text');`);

  test('is searched in parts, and a key across their border is found', async () => {
    const bytes = filler.join('\n').length;
    expect(bytes).toBeGreaterThan(512 * 1024);
    for (const before of [10_900, 11_000, 11_100, 11_150, 11_200]) {
      const texts = [...filler.slice(0, before), ...key, ...filler.slice(before), githubToken];
      const findings = await find(added('big.ts', texts));
      expect(findings.map(({ line }) => line)).toEqual([before + 1, texts.length]);
    }
  });

  test('is searched as far as that goes, and says where it does not', async () => {
    const huge = 'x'.repeat(3 * 1024 * 1024);
    const findings = await find(added('huge.js', [githubToken, huge, huge, huge, githubToken]));
    expect(findings).toMatchObject([
      { line: 1, rule: 'github GITHUB_TOKEN' },
      { file: 'huge.js', line: 4, rule: 'not searched from here: too much' },
    ]);
  });

  test('that comes cut off is searched as far as it came, and says so', async () => {
    const cut = { path: 'data.json', line: 9 };
    const rule = 'not searched from here: too much';
    expect(await find(added('a.ts', ['']), cut)).toEqual([{ file: 'data.json', line: 9, rule }]);
  });
});

test("searches that are asked for at once do not get in each other's way", async () => {
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, index) => find(added(`f${index}.ts`, ['', index % 2 === 0 ? githubToken : 'none']))),
  );
  expect(all.map((findings) => findings[0]?.file)).toEqual(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? `f${index}.ts` : undefined)),
  );
});
