import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PaperTerminal } from '../../../test/support/paper-terminal.ts';
import { sized } from '../../../test/support/size.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { span, type Line } from './line.ts';
import { Screen } from './screen.ts';

const picture = (...texts: readonly string[]): readonly Line[] => texts.map((text) => [span(text)]);

/** A terminal with a prompt line on it. */
function terminal(rows = 10): { readonly paper: PaperTerminal; readonly screen: Screen } {
  const paper = new PaperTerminal(20, rows);
  paper.write('$ orchestra run\r\n');
  return { paper, screen: new Screen(paper, false) };
}

describe('the screen', () => {
  test('redraws in place, whatever follows whatever', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 20 });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ draw: fc.array(line, { minLength: 1, maxLength: 9 }) }) },
      { weight: 1, arbitrary: fc.record({ above: fc.array(line, { minLength: 1, maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.constant('resized' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.array(line, { maxLength: 12 }), (steps, last) => {
        const { paper, screen } = terminal();
        const kept = ['$ orchestra run'];
        let drawn: readonly string[] = [];
        for (const one of steps) {
          if (one === 'resized') screen.resized();
          else if ('draw' in one) screen.draw(picture(...(drawn = one.draw)));
          else {
            screen.above(picture(...one.above));
            kept.push(...one.above);
          }
          const expected = [...kept, ...drawn].map((text) => text.trimEnd());
          expect(paper.lines.slice(0, expected.length)).toEqual(expected);
          expect(paper.lines.slice(expected.length).join('')).toBe('');
          expect(paper.cursor).toEqual({ row: kept.length, column: 0 });
        }
        screen.leave(picture(...last));
        expect(paper.lines).toEqual([...kept, ...last, ''].map((text) => text.trimEnd()));
        expect(paper.cursorIsShown).toBe(true);
      }),
      { seed: 7, numRuns: sized({ everyday: 300, full: 20_000 }) },
    );
  });

  verifies('terminal:live:cheap', 'writes nothing where nothing changed, and only the lines that did', () => {
    const { paper, screen } = terminal();
    screen.draw(picture('one', 'two', 'three'));
    expect(paper.cursorIsShown).toBe(false);
    const before = paper.written.length;
    screen.draw(picture('one', 'two', 'three'));
    expect(paper.written).toHaveLength(before);
    screen.draw(picture('one', '2', 'three'));
    expect(paper.written.slice(before)).toContain('2');
    expect(paper.written.slice(before)).not.toMatch(/one|three/);
  });

  test('leaves the last row of the terminal free', () => {
    const { screen } = terminal(10);
    expect(screen.height).toBe(9);
  });

  test('given up in a hurry, leaves the picture and shows the cursor below it, once', () => {
    const { paper, screen } = terminal();
    screen.draw(picture('one', 'two'));
    screen.abandon();
    screen.abandon();
    expect(paper.lines).toEqual(['$ orchestra run', 'one', 'two', '']);
    expect(paper.cursor).toEqual({ row: 3, column: 0 });
    expect(paper.cursorIsShown).toBe(true);
  });

  test('never clears from where a terminal would move the whole screen into its history', () => {
    const { paper, screen } = terminal();
    screen.draw(picture('one', 'two'));
    screen.resized();
    screen.draw(picture('one', 'two'));
    screen.above(picture('note'));
    screen.leave(picture('end'));
    // oxlint-disable-next-line no-control-regex -- the sequence is the point
    expect(paper.written).not.toMatch(/\u001B\[\?7l\u001B\[J/);
  });
});
