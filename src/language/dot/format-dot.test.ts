import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sized } from '../../../test/support/size.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { toBundle } from '../bundle/to-bundle.ts';
import { formatDot } from './format-dot.ts';
import { commentsOf } from './layout.ts';
import { readDot } from './read-dot.ts';

const read = (text: string, lenient = false) => readDot({ path: 'a.dot', text }, { lenient });
const format = (text: string, lenient = false): string => formatDot({ path: 'a.dot', text }, { lenient }).text!;

/** What the text says, as a run records it. */
const meaning = (text: string, lenient = false) => toBundle(read(text, lenient).graph!);

const layout = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

describe('the canonical form', () => {
  verifies('fmt:canonical', 'has a statement a line, two spaces a brace, no semicolons, empty lines single', () => {
    expect(
      format('digraph G{goal = "x";rankdir=LR\n\n\n\nnode[shape=box];a->b->c[weight=2];subgraph  s{label=L;a;b}}'),
    ).toBe(
      layout(
        'digraph G {',
        '  goal="x"',
        '  rankdir=LR',
        '',
        '  node [shape=box]',
        '  a -> b -> c [weight=2]',
        '  subgraph s {',
        '    label=L',
        '    a',
        '    b',
        '  }',
        '}',
      ),
    );
  });

  verifies('fmt:canonical', 'has attributes on one line where they fit in 100 characters, else on a line each', () => {
    const label = 'l'.repeat(75);
    expect(format(`digraph G { a [x=1,\n  label="${label}"] }`)).toBe(
      layout('digraph G {', `  a [x=1, label="${label}"]`, '}'),
    );
    expect(format(`digraph G { a [x=1, label="${label}${'l'.repeat(20)}"] }`)).toBe(
      layout('digraph G {', '  a [', '    x=1,', `    label="${label}${'l'.repeat(20)}"`, '  ]', '}'),
    );
    expect(format('digraph G { a [prompt="one\ntwo"] }')).toBe(
      layout('digraph G {', '  a [', '    prompt="one', 'two"', '  ]', '}'),
    );
  });

  verifies('fmt:canonical', 'leaves the spelling of values alone', () => {
    const text = layout('digraph G {', String.raw`  a [x="box", y=.5, z=900s, q="a\tb	c", t=true]`, '}');
    expect(format(text)).toBe(text);
  });

  verifies(
    'fmt:bytes',
    'has the line ends of the first line, no byte order mark, and one line end behind the last',
    () => {
      expect(format('\uFEFFdigraph G {\r\n  a [x="one\r\ntwo"]\n}\r\n\r\n')).toBe(
        'digraph G {\r\n  a [\r\n    x="one\r\ntwo"\r\n  ]\r\n}\r\n',
      );
      expect(format('digraph G { a }')).toBe('digraph G {\n  a\n}\n');
    },
  );
});

describe('comments', () => {
  verifies('fmt:comments', 'stay beside what they stand beside, and on their own line where they had one', () => {
    const text = layout(
      '// head',
      '',
      'digraph G { // opening',
      '  // above a',
      '  a [x=1] // beside a',
      '',
      '  /* before b */ b /* behind b */',
      '  // parted',
      '',
      '  c [ // in the block',
      '    x=1, // beside x',
      '    // above y',
      '    y=2',
      '    /* last */',
      '  ] // behind the block',
      '  subgraph s { // s',
      '    d',
      '  } // end of s',
      '  // at the end',
      '}',
      '// tail',
    );
    expect(format(text)).toBe(text);
  });

  verifies('fmt:comments', 'inside a statement stay between the same words', () => {
    expect(
      format('digraph /* name */ G\n// brace\n{ a /* one */->// two\nb[x/* three */=/* four */1/* five */,y=2] }'),
    ).toBe(
      layout(
        'digraph /* name */ G // brace',
        '    {',
        '  a /* one */ -> // two',
        '      b [',
        '    x /* three */ = /* four */ 1, /* five */',
        '    y=2',
        '  ]',
        '}',
      ),
    );
  });

  test('that end a value by mistake are not parted from it', () => {
    const text = layout('digraph G {', '  url=http://host/x', '}');
    expect(format(text)).toBe(text);
  });
});

describe('habits', () => {
  verifies('fmt:lenient', 'become text of the subset, each a warning with its edits', () => {
    const text = '# all habits\nstrict digraph { "a b" -> {c d} [x=1 y=2;] }';
    const { text: repaired, diagnostics } = formatDot({ path: 'a.dot', text }, { lenient: true });
    expect(repaired).toBe(
      layout(
        '// all habits',
        'digraph G {',
        '  a_b -> c [x=1, y=2]',
        '  a_b -> d [x=1, y=2]',
        '  a_b [label="a b"]',
        '}',
      ),
    );
    expect(diagnostics).toHaveLength(7);
    for (const { severity, edits } of diagnostics) {
      expect(severity).toBe('warning');
      expect(edits).not.toEqual([]);
    }
  });

  verifies('fmt:errors', 'are errors where they are not asked for, as what nobody can understand always is', () => {
    const strict = formatDot({ path: 'a.dot', text: 'digraph G { a [x=1 y=2] }' });
    expect(strict).toMatchObject({ text: undefined, diagnostics: [{ severity: 'error', line: 1, column: 20 }] });
    expect(formatDot({ path: 'a.dot', text: 'graph G { a -- b }' }, { lenient: true }).text).toBeUndefined();
  });
});

const comment = fc.constantFrom('// c\n', '/* c */', '/* two\nlines */', '//\n', '/**/', '// url\r\n');
const gap = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(' ', '\n', '\n\n\n', '\t', '\r\n') }, comment), {
    maxLength: 3,
  })
  .map((parts) => ` ${parts.join('')} `);
const id = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
const value = fc.constantFrom(
  '1',
  'box',
  'http:',
  '-.5',
  '900s',
  '""',
  '"a, b // no comment"',
  '"two\nlines"',
  String.raw`"\"\\\n"`,
);
const comma = fc.constant(',');

/** Words with anything a text may have between them. */
const words = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.tuple(...parts), fc.array(gap, { minLength: parts.length, maxLength: parts.length }))
    .map(([each, gaps]) => each.map((word, index) => `${gaps[index]}${word}`).join(''));

const pair = words(fc.constantFrom('label', 'x', 'a.b', 'node'), fc.constant('='), value);
const block = fc
  .array(words(pair, comma), { maxLength: 3 })
  .chain((pairs) => words(fc.constant('['), fc.constant(pairs.join('')), pair, fc.constant(']')));
const semicolon = fc.constantFrom('', ';');
const { statement } = fc.letrec<{ statement: string; body: string }>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'small' },
    words(id, semicolon),
    words(id, block, semicolon),
    words(id, fc.constant('->'), id, fc.constant('->'), id, semicolon),
    words(id, fc.constant('->'), id, block, semicolon),
    words(fc.constantFrom('graph', 'node', 'edge'), block),
    words(fc.constantFrom('label', 'goal'), fc.constant('='), value, semicolon),
    words(fc.constantFrom('subgraph', 'subgraph s'), fc.constant('{'), tie('body'), fc.constant('}')),
  ),
  body: fc.array(tie('statement'), { maxLength: 5 }).map((statements) => statements.join('')),
}));
const file = fc
  .array(statement, { maxLength: 8 })
  .chain((statements) =>
    words(
      fc.constant('digraph'),
      fc.constant('G'),
      fc.constant('{'),
      fc.constant(statements.join('')),
      fc.constant('}'),
      fc.constant(''),
    ),
  );

describe('formatting', () => {
  verifies(
    ['fmt:meaning', 'fmt:comments', 'fmt:idempotent'],
    'any text says the same afterwards, has the same comments in their order, and stays as it is when formatted again',
    () => {
      fc.assert(
        fc.property(file, (text) => {
          expect(read(text).graph).toBeDefined();
          const formatted = format(text);
          expect(meaning(formatted)).toEqual(meaning(text));
          expect(commentsOf(formatted)).toEqual(commentsOf(text));
          expect(format(formatted)).toBe(formatted);
          expect(read(formatted).diagnostics.map(({ message }) => message)).toEqual(
            read(text).diagnostics.map(({ message }) => message),
          );
        }),
        { seed: 11, numRuns: sized({ everyday: 400, full: 20_000 }) },
      );
    },
  );

  const folder = join(import.meta.dirname, '../../../test/fixtures/attractor');
  verifies(['fmt:meaning', 'fmt:idempotent'], 'the pipelines of the specification say the same afterwards', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.dot'));
    expect(files.length).toBeGreaterThan(3);
    for (const name of files) {
      const text = readFileSync(join(folder, name), 'utf8');
      const lenient = read(text).graph === undefined;
      if (read(text, lenient).graph === undefined) continue;
      const formatted = format(text, lenient);
      expect({ name, meaning: meaning(formatted) }).toEqual({ name, meaning: meaning(text, lenient) });
      expect(format(formatted)).toBe(formatted);
    }
  });
});
