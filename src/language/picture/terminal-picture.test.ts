import { describe, expect, test } from 'vitest';
import { readDot } from '../dot/read-dot.ts';
import { buildGraph } from '../graph/build.ts';
import { readingOrder } from './reading-order.ts';
import { terminalPicture } from './terminal-picture.ts';
import { columnsOf, wrapText } from './text-layout.ts';

const branch = readDot({
  path: 'a.dot',
  text: `digraph Branch {
    graph [goal="Implement and validate a feature"]
    exit      [shape=Msquare, label="Exit"]
    gate      [shape=diamond, label="Tests passing?"]
    start     [shape=Mdiamond]
    implement [label="Implement", goal_gate=true, retry_target=start]
    start -> implement -> gate
    gate -> exit      [label="Yes", condition="outcome=success"]
    gate -> implement [label="No", condition="outcome!=success", max_visits=3]
  }`,
}).graph!;

describe('terminalPicture', () => {
  test('lists the nodes in the order of the walk with the ways out of each', () => {
    expect(terminalPicture(branch, { states: new Map([['implement', 'running']]) })).toBe(`Branch
Goal: Implement and validate a feature

start  start
  -> implement

implement  codergen: Implement (goal gate) [running]
  -> gate
  on failure -> start

gate  conditional: Tests passing?
  -> exit       "Yes" if outcome=success
  -> implement  "No" if outcome!=success (back) (at most 3 visits)

exit  exit: Exit
`);
  });

  test('keeps to the width of the terminal', () => {
    const picture = terminalPicture(branch, { width: 40 });
    expect(picture.split('\n').filter((line) => columnsOf(line) > 40)).toEqual([]);
    expect(picture).toContain(`  -> implement  "No" if outcome!=success
                (back) (at most 3
                visits)`);
  });

  test('texts cannot drive the terminal', () => {
    const graph = buildGraph({ name: 'a\u001b[2Jb', nodes: { 'x\u0007': { label: 'red\u001b[31m\r\nalert' } } });
    expect(terminalPicture(graph)).toBe('a [2Jb\n\nx   codergen: red [31m alert\n');
  });
});

describe('readingOrder', () => {
  const order = (body: string): string =>
    readingOrder(readDot({ path: 'a.dot', text: `digraph G { ${body} }` }).graph!).join(' ');

  test('branches stand in the order of their edges, what joins them behind', () => {
    expect(order('start -> b -> join start -> a -> join join -> exit')).toBe('start b a join exit');
  });

  test('a loop does not move its beginning', () => {
    expect(order('fix -> review start -> plan -> review review -> fix review -> exit')).toBe(
      'start plan review fix exit',
    );
  });

  test('nodes nothing leads to come last', () => {
    expect(order('lost -> island start -> exit')).toBe('start exit lost island');
  });

  test('a chain of many nodes does not exhaust the stack', () => {
    const ids = Array.from({ length: 50_000 }, (_, index) => `n${index}`);
    expect(order(ids.join(' -> '))).toBe(ids.join(' '));
  });
});

describe('text layout', () => {
  test('wide characters and emoji count as two columns, combining marks as none', () => {
    expect([columnsOf('abc'), columnsOf('\u6f22\u5b57'), columnsOf('\u{1F680}'), columnsOf('e\u0301')]).toEqual([
      3, 4, 2, 1,
    ]);
  });

  test('a word longer than the width stands alone and whole', () => {
    expect(wrapText('a incomprehensible b', 6)).toEqual(['a', 'incomprehensible', 'b']);
  });
});
