import { expect, test } from 'vitest';
import { createRedactor } from './redaction.ts';

const value = `pä"s's<&>w/+ö*d 42`;

/** What is left of the secret in a text. */
const text = (input: string): string => createRedactor({ DEPLOY: value }).text(input);

test.each([
  ['JSON', JSON.stringify(value)],
  ['JSON with everything but ASCII escaped', String.raw`"p\u00e4\"s's<&>w/+\u00f6*d 42"`],
  ['JSON with escaped slashes', JSON.stringify(value).replaceAll('/', String.raw`\/`)],
  ['a query', new URLSearchParams({ key: value }).toString()],
  ['a URL, strictly', encodeURIComponent(value).replaceAll("'", '%27').replaceAll('*', '%2A')],
  ['a trace of a shell', `+ deploy '${value.replaceAll("'", String.raw`'\''`)}'`],
  ['HTML', '<p>pä"s\'s&lt;&amp;&gt;w/+ö*d 42</p>'],
  ['an attribute of HTML', '<p title="pä&quot;s\'s&lt;&amp;&gt;w/+ö*d 42">'],
  ['hexadecimal digits', Buffer.from(value).toString('hex')],
  ['hexadecimal digits in capitals', Buffer.from(value).toString('hex').toUpperCase()],
])('a secret is found in %s', (_form, written) => {
  expect(text(written)).toContain('[redacted:DEPLOY]');
  expect(text(written)).not.toMatch(/42|3432|w%2F|w\//);
});

test('space around a value does not hide it', () => {
  const redactor = createRedactor({ FROM_FILE: ' correct-horse\n' });
  expect(redactor.text('it is correct-horse.')).toBe('it is [redacted:FROM_FILE].');
});

test('each long line of a value of many lines is found by itself, and its ordinary lines are not', () => {
  const lines = ['{', '  "type": "account",', 'aB3'.repeat(20), 'dE6'.repeat(20), '}'];
  const redactor = createRedactor({ KEY_FILE: lines.join('\n') });
  expect(redactor.text(lines.join('\r\n    '))).toBe(
    '{\r\n      "type": "account",\r\n    [redacted:KEY_FILE]\r\n    [redacted:KEY_FILE]\r\n    }',
  );
  expect(redactor.text(lines.join('\n'))).toBe('[redacted:KEY_FILE]');
});

test('whatever the form, the place where its text is cut into chunks hides nothing', () => {
  const redactor = createRedactor({ DEPLOY: value });
  const forms = [
    value,
    encodeURIComponent(value),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('hex'),
  ];
  for (const form of forms) {
    const whole = `before ${form} after`;
    for (let cut = 1; cut < whole.length; cut += 1) {
      const stream = redactor.stream();
      const output = stream.push(whole.slice(0, cut)) + stream.push(whole.slice(cut)) + stream.end();
      expect(output).toBe(redactor.text(whole));
    }
  }
});
