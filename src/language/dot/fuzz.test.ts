import fc from 'fast-check';
import { expect } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { readDot } from './read-dot.ts';

const valid = `digraph G {
  // a comment
  graph [goal="Do it", label="A \\"quoted\\" name"]
  rankdir=LR; node [shape=box, timeout=900s]
  start [shape=Mdiamond] /* block */
  gate [
    shape=hexagon,
    human.default_choice=ship_it
  ]
  subgraph cluster_loop { label = "Loop A" edge [weight=-1] plan -> implement -> plan [label="next", x=.5] }
  start -> plan [condition="outcome=success && context.a.b!=x"]
  implement -> gate -> ship_it [model=claude-opus-4.7:beta]
}
`;

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Never throws; a graph or an error, never both; every place lies in the file. */
function check(text: string): void {
  const { graph, diagnostics } = readDot({ path: 'a.dot', text });
  expect(graph === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (const { line, column, hint } of diagnostics) {
    expect(line).toBeOneOf(range(1, lines.length));
    expect(column).toBeOneOf(range(1, (lines[line - 1] ?? '').length + 1));
    expect(hint).not.toBe('');
  }
}

verifies('dot:never-throws', 'arbitrary texts', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 500 });
});

verifies('dot:never-throws', 'arbitrary bodies of a digraph', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (body) => {
      check(`digraph G { ${body} }`);
    }),
    { numRuns: 500 },
  );
});

const words = [
  'digraph',
  'graph',
  'node',
  'edge',
  'subgraph',
  'strict',
  'a',
  'b',
  'a.b',
  'my-node',
  '2x',
  '{',
  '}',
  '[',
  ']',
  ',',
  ';',
  '=',
  '->',
  '--',
  '=>',
  '"x"',
  '"',
  '"a\nb"',
  '<b>',
  '<',
  '42',
  '-5s',
  '.5',
  'true',
  '// c\n',
  '/* c */',
  '/*',
  '#',
  '+',
  '\\',
  '\n',
  '\r',
  '\uFEFF',
  '\u00a0',
  'label',
  '@',
  ':',
  '-',
];

verifies('dot:never-throws', 'soup of words', () => {
  const word = fc.constantFrom(...words);
  const soup = fc.tuple(fc.array(word, { maxLength: 40 }), fc.constantFrom('', ' ', '\n'));
  fc.assert(
    fc.property(soup, fc.boolean(), ([parts, space], wrapped) => {
      const text = parts.join(space);
      check(wrapped ? `digraph G {${text}}` : text);
    }),
    { numRuns: 2_000 },
  );
});

verifies('dot:never-throws', 'a valid file with pieces removed, doubled or replaced', () => {
  const edit = fc.record({
    at: fc.nat(valid.length),
    length: fc.nat(12),
    insert: fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      check(
        edits.reduce((text, { at, length, insert }) => text.slice(0, at) + insert + text.slice(at + length), valid),
      );
    }),
    { numRuns: 2_000 },
  );
});

verifies('dot:recovery', 'one removed character of a valid file is at most one finding', () => {
  for (let at = 0; at < valid.length; at += 1) {
    const text = valid.slice(0, at) + valid.slice(at + 1);
    const { diagnostics } = readDot({ path: 'a.dot', text });
    expect({ text, findings: diagnostics.slice(1) }).toEqual({ text, findings: [] });
  }
});
