import { expect, test } from 'vitest';
import { terminalSvg } from '../scripts/pictures/terminal-svg.ts';

const frames = [
  { at: 0, lines: ['$ typed'] },
  { at: 500, lines: ['$ typed', 'running'] },
  { at: 900, lines: ['$ typed', 'done <&>'] },
];

/** Texts of a recording with whether they are seen where nothing moves, and from when on where it plays. */
function textsOf(svg: string): readonly (readonly [text: string, isStill: boolean, from: string])[] {
  return Array.from(
    svg.matchAll(/<text y="\d+"( visibility="hidden")?>(.*?)<\/text>/g),
    ([, hidden, inside = '']) =>
      [inside.replaceAll(/<[^>]*>/g, ''), hidden === undefined, /t\.begin\+[\d.]+s/.exec(inside)?.[0] ?? ''] as const,
  );
}

test('a recording shows one frame where nothing moves, and each line from its moment on where it plays', () => {
  const svg = terminalSvg({ frames, still: 1, columns: 20, rows: 2, title: 'A title' });
  expect(textsOf(svg)).toEqual([
    ['$ typed', true, 't.begin+0s'],
    ['running', true, 't.begin+0.5s'],
    ['done &lt;&amp;&gt;', false, 't.begin+0.9s'],
  ]);
  // What is seen where nothing moves goes out before anything plays.
  expect(svg.match(/<set attributeName="visibility" to="hidden" begin="0s"\/>/g)).toHaveLength(2);
});
