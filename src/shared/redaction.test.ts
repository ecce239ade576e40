import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../test/support/verifies.ts';
import { OrchestraError } from './errors.ts';
import { createRedactor, createStreamRedactor } from './redaction.ts';

const fill = (length: number, alphabet = 'aB3dE6gH9') =>
  alphabet.repeat(Math.ceil(length / alphabet.length)).slice(0, length);

/** One invented sample per shape: the text, and what must be left of it. */
const samples: readonly (readonly [name: string, text: string, redacted: string])[] = [
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map(
    (opening) => ['github-token', opening + fill(36), '[redacted:github-token]'] as const,
  ),
  ['github-token', `github_pat_${fill(22)}_${fill(59)}`, '[redacted:github-token]'],
  ['gitlab-token', `glpat-${fill(20)}`, '[redacted:gitlab-token]'],
  ['anthropic-key', `sk-ant-api03-${fill(93)}-AA`, '[redacted:anthropic-key]'],
  ['openrouter-key', `sk-or-v1-${fill(64, '0123456789abcdef')}`, '[redacted:openrouter-key]'],
  ['openai-key', `sk-proj-${fill(40)}_-${fill(40)}`, '[redacted:openai-key]'],
  ['openai-key', `sk-${fill(48)}`, '[redacted:openai-key]'],
  ['aws-access-key', `AKIA${fill(16, 'ABCDEFGH234567')}`, '[redacted:aws-access-key]'],
  [
    'aws-secret-key',
    `aws_secret_access_key = ${fill(40, 'aB3/dE+6')}`,
    'aws_secret_access_key = [redacted:aws-secret-key]',
  ],
  ['aws-secret-key', `"SecretAccessKey":"${fill(40, 'aB3/dE+6')}"`, '"SecretAccessKey":"[redacted:aws-secret-key]"'],
  ['slack-token', `xoxb-1234567890-${fill(24)}`, '[redacted:slack-token]'],
  [
    'slack-webhook',
    `https://hooks.slack.com/services/T0000/B0000/${fill(24)}`,
    'https://hooks.slack.com/services/[redacted:slack-webhook]',
  ],
  ['google-key', `AIza${fill(35)}`, '[redacted:google-key]'],
  ['google-token', `ya29.${fill(60)}`, '[redacted:google-token]'],
  ['npm-token', `npm_${fill(36)}`, '[redacted:npm-token]'],
  ['huggingface-token', `hf_${fill(34, 'aBcDeF')}`, '[redacted:huggingface-token]'],
  ['stripe-key', `sk_live_${fill(24)}`, '[redacted:stripe-key]'],
  ['jwt', `eyJ${fill(20)}.eyJ${fill(40)}.${fill(43)}`, '[redacted:jwt]'],
  ['bearer-token', `Authorization: Bearer ${fill(32)}==`, 'Authorization: Bearer [redacted:bearer-token]'],
  [
    'basic-credentials',
    'Authorization: Basic dXNlcjpwYXNzd29yZA==',
    'Authorization: Basic [redacted:basic-credentials]',
  ],
  [
    'url-password',
    'postgres://orchestra:pa55-w:rd@localhost:5432/db',
    'postgres://orchestra:[redacted:url-password]@localhost:5432/db',
  ],
  [
    'private-key',
    `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${fill(64)}\n${fill(30)}==\n-----END RSA PRIVATE KEY-----`,
    '[redacted:private-key]',
  ],
  [
    'private-key',
    `-----BEGIN OPENSSH PRIVATE KEY-----\\n${fill(70)}\\n-----END OPENSSH PRIVATE KEY-----`,
    '[redacted:private-key]',
  ],
];

describe('known shapes', () => {
  const text = (input: string) => createRedactor().text(input);

  test.each(samples)('a %s is redacted and what surrounds it stays: %#', (_name, sample, redacted) => {
    expect(text(sample)).toBe(redacted);
    expect(text(`before ${sample} after`)).toBe(`before ${redacted} after`);
    expect(text(JSON.stringify({ line: `first\n${sample}` }))).not.toContain(fill(20));
  });

  test('a private key that is cut off is redacted to the end of the text, or of the quotation it stands in', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${fill(64)}\n${fill(40)}`;
    expect(text(`x ${key}`)).toBe('x [redacted:private-key]');
    expect(text(JSON.stringify({ key, next: 1 }))).toBe('{"key":"[redacted:private-key]","next":1}');
    const nested = JSON.stringify({ output: JSON.stringify({ key }) });
    expect(JSON.parse(text(nested))).toEqual({ output: '{"key":"[redacted:private-key]"}' });
  });

  test.each([
    'task-0123456789abcdef0123456789abcdef',
    'the Bearer of this letter understands',
    'http://localhost:8080/path?mail=a@b.c',
    'git@github.com:owner/name.git',
    '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
    'Look for -----BEGIN RSA PRIVATE KEY----- headers, and for other credentials in the files of this change.',
    'sha512-' + fill(86),
    'eyJ is how such a token begins',
    'sk-circle-fade-dot',
  ])('ordinary text stays as it is: %s', (ordinary) => {
    expect(text(ordinary)).toBe(ordinary);
  });

  test('text that nearly matches, many times over, takes linear time', () => {
    const hostile = ['eyJ', '://a:b', '-----BEGIN ', 'Bearer ', `eyJ${fill(12)}.eyJ`, 'Authorization: '];
    const texts = hostile.map((piece) => piece.repeat(40_000));
    const longest = texts.map((input) => text(input).length);
    expect(longest.every((length) => length > 0)).toBe(true);
  });
});

describe('configured secrets', () => {
  const value = 'pä"ss\\wörd/+&=\n42';
  const text = (input: string) => createRedactor({ DEPLOY: value }).text(input);

  test('the value is redacted wherever it stands', () => {
    expect(text(`--password=${value}!`)).toBe('--password=[redacted:DEPLOY]!');
  });

  test.each([
    ['a JSON text', JSON.stringify({ a: value }), '{"a":"[redacted:DEPLOY]"}'],
    ['a JSON text inside a JSON text', JSON.stringify(JSON.stringify(value)), String.raw`"\"[redacted:DEPLOY]\""`],
    ['a URL', `?key=${encodeURIComponent(value)}&x`, '?key=[redacted:DEPLOY]&x'],
  ])('it is found inside %s', (_where, input, expected) => {
    expect(text(input)).toBe(expected);
  });

  test('its base64 form is found at every alignment, in both alphabets', () => {
    for (const before of ['', 'u', 'us', 'usr', 'user:']) {
      for (const encoding of ['base64', 'base64url'] as const) {
        const encoded = Buffer.from(`${before}${value}`).toString(encoding);
        const redacted = text(encoded);
        expect(redacted).toContain('[redacted:DEPLOY]');
        expect(redacted.replace('[redacted:DEPLOY]', '').length).toBeLessThan(Math.ceil((before.length * 4) / 3) + 6);
      }
    }
  });

  test('a secret in the user part of a URL is redacted although that part is shown', () => {
    const redactor = createRedactor({ USER: 'secret-user-name' });
    const redacted = redactor.text('https://secret-user-name:pass-word@host');
    expect(redacted).toMatch(/^https:.*redacted.*@host$/);
    expect(redacted).not.toMatch(/secret-user|pass-word/);
  });

  test('of two secrets of which one begins with the other, the longer is found', () => {
    const redactor = createRedactor({ SHORT: 'abcdefgh', LONG: 'abcdefghij' });
    expect(redactor.text('abcdefghij abcdefghi')).toBe('[redacted:LONG] [redacted:SHORT]i');
  });

  verifies(
    'durability:redaction:short-secret',
    'a value under 8 characters is refused by name, and its text is not in the error',
    () => {
      const create = () => createRedactor({ PIN: '1234567' });
      expect(create).toThrow(OrchestraError);
      expect(create).toThrow(
        expect.objectContaining({ code: 'SECRET_TOO_SHORT', message: expect.stringContaining('PIN') }),
      );
      expect(create).not.toThrow('1234567');
    },
  );
});

describe('JSON values', () => {
  const redactor = createRedactor({ TOKEN: 'hunter22hunter22' });

  test('strings and keys at every depth are redacted; keys stay distinct', () => {
    const value = {
      list: [{ hunter22hunter22: 1, '[redacted:TOKEN]': 'x hunter22hunter22' }],
      n: null,
      t: true,
      f: 1.5,
    };
    expect(redactor.json(value)).toEqual({
      list: [{ '[redacted:TOKEN]': 1, '[redacted:TOKEN]#2': 'x [redacted:TOKEN]' }],
      n: null,
      t: true,
      f: 1.5,
    });
  });

  test('every text is searched as if it stood alone, whatever stands beside it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...samples.map(([, text]) => text),
        'hunter22hunter22',
        'hunter22',
        'Bearer ',
        '-----BEGIN ',
        '\0',
      ),
      fc.string({ maxLength: 8 }),
    );
    const text = fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), (texts) => {
        expect(redactor.json(texts)).toEqual(texts.map((one) => redactor.text(one)));
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test('a value without secrets comes back itself, one that JSON says otherwise as a copy', () => {
    const value = { list: ['a', 1, null, true], nested: { b: 'c' } };
    expect(redactor.json(value)).toBe(value);
    for (const odd of [{ a: undefined, b: 1 }, { a: Number.NaN }, { a: -0 }, [undefined], { toJSON: () => 'x' }]) {
      const kept = redactor.json(odd as never) as unknown;
      expect(kept).not.toBe(odd);
      expect(kept).toStrictEqual(JSON.parse(JSON.stringify(odd)));
    }
  });

  test('the result is what JSON would bring back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // fast-check's JSON type lacks `readonly`, otherwise it is ours.
        const kept = redactor.json(value as never);
        expect(kept).toStrictEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('streams', () => {
  const secrets = { A: 'correct horse battery', B: 'correct horse', C: 'aaaaaaab' };
  const redactor = createRedactor(secrets);
  const fragment = fc.oneof(
    fc.constantFrom(...samples.map(([, text]) => text)),
    fc.constantFrom(
      ...Object.values(secrets),
      'correct hor',
      'aaaaaaaaaaab',
      'Bearer ',
      '://',
      'eyJ',
      '-----BEGIN ',
      '\\n',
      '%20',
    ),
    fc.constantFrom(' ', '\n', ' and then ', 'x', '.', '"', '=', '@', '-----'),
    fc.string({ maxLength: 8 }),
  );
  const text = fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join(''));

  verifies('durability:redaction:door', 'however a text is cut into chunks, the output is the redacted text', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 20 }), (whole, sizes) => {
        const stream = redactor.stream();
        let output = '';
        for (let position = 0, turn = 0; position < whole.length; turn++) {
          const size = sizes[turn % sizes.length]! + 1;
          output += stream.push(whole.slice(position, position + size));
          position += size;
        }
        expect(output + stream.end()).toBe(redactor.text(whole));
      }),
      { seed: 2, numRuns: 3_000 },
    );
  });

  test('a JSON text stays one', () => {
    const shapes = createRedactor();
    fc.assert(
      fc.property(text, (whole) => {
        const once = JSON.stringify({ whole, rest: [whole] });
        expect(() => JSON.parse(shapes.text(once))).not.toThrow();
        expect(() => JSON.parse(JSON.parse(shapes.text(JSON.stringify(once))))).not.toThrow();
      }),
      { seed: 4, numRuns: 1_000 },
    );
  });

  test('redacting twice changes nothing more where words stand apart', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 8 }), (words) => {
        const once = redactor.text(words.join(' '));
        expect(redactor.text(once)).toBe(once);
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });

  test('only what may be the beginning of a secret is held back', () => {
    const stream = createStreamRedactor({ A: 'correct horse battery' });
    expect(stream.push('an ordinary sentence, then corr')).toBe('an ordinary sentence, then ');
    expect(stream.push('ection')).toBe('correction');
    expect(stream.push(' of the correct horse bat')).toBe(' of the ');
    expect(stream.push('tery')).toBe('[redacted:A]');
    expect(stream.end()).toBe('');
  });

  test('a token without end does not fill the memory', () => {
    const stream = createStreamRedactor();
    let output = stream.push('sk-ant-');
    for (let count = 0; count < 40; count++) output += stream.push(fill(10_000));
    expect(output).toContain('[redacted:anthropic-key]');
  });
});
