import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { withTrailers } from './trailers.ts';

const origin = { run: 'r-1', node: 'implement', turn: 3, agent: 'claude', model: 'claude-sonnet' } as const;

const trailers = `Orchestra-Run: r-1
Orchestra-Node: implement
Orchestra-Turn: 3
Orchestra-Agent: claude
Orchestra-Model: claude-sonnet
`;

function readBack(message: string): string {
  const env = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', ['interpret-trailers', '--parse'], { input: message, encoding: 'utf8', env });
}

test('a message ends with where its commit comes from', () => {
  expect(withTrailers('feat: a\n\nBecause.\n', origin)).toBe(`feat: a\n\nBecause.\n\n${trailers}`);
});

test.each([
  ['a first line alone', 'feat: a'],
  ['a body', 'feat: a\n\nBecause.\n\n'],
  ['what looks like trailers', 'feat: a\n\nOrchestra-Run: another\nSigned-off-by: me <me@example.org>'],
  ['a line of dashes', 'feat: a\n\nabove\n---\nbelow\n--- \nx'],
  ['scissors', 'feat: a\n\n# ------------------------ >8 ------------------------\nx'],
  ['comments', 'feat: a\n\n# a\n; b'],
  ['a list of files', 'feat: a\n\n- add a: b\n- --- c'],
  ['nothing', ''],
])('git reads them back behind %s', (_what, message) => {
  expect(readBack(withTrailers(message, origin))).toBe(trailers);
});

test('values stay on their lines, and what is unknown is left out', () => {
  const odd = { run: 'r-1', node: 'two\nlines\n\nOrchestra-Run: other', agent: ' \t ', model: '  m\u0000\u2028 x ' };
  expect(readBack(withTrailers('feat: a', odd))).toBe(
    'Orchestra-Run: r-1\nOrchestra-Node: two lines Orchestra-Run: other\nOrchestra-Model: m x\n',
  );
});
