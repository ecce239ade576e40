import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { maxSubgraphDepth } from './parser.ts';
import { readDot } from './read-dot.ts';

/** `line:column message` of every finding, warnings marked. */
function findings(text: string): readonly string[] {
  const { graph, diagnostics } = readDot({ path: 'a.dot', text });
  expect(graph === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  for (const { hint, file } of diagnostics)
    expect({ hint, file }).toEqual({ hint: expect.stringMatching(/\.$/), file: 'a.dot' });
  return diagnostics.map(
    ({ line, column, severity, message }) =>
      `${line}:${column} ${severity === 'error' ? '' : `(${severity}) `}${message}`,
  );
}

const inGraph = (body: string): readonly string[] => findings(`digraph G {\n${body}\n}`);

type Row = readonly [text: string, finding: string];

/** Each of the texts has exactly this one finding. */
function expectEach(rows: readonly Row[], find = inGraph): void {
  expect(rows.map(([text]) => [text, find(text)])).toEqual(rows.map(([text, finding]) => [text, [finding]]));
}

const hintOf = (text: string): string | undefined => readDot({ path: 'a.dot', text }).diagnostics[0]?.hint;

describe('the header', () => {
  verifies('dot:graph:header', 'is `digraph` and a name', () => {
    expect(findings('digraph My_Graph1 { a }')).toEqual([]);
    expectEach(
      [
        ['', '1:1 the file holds no pipeline'],
        [' // nothing\n', '1:1 the file holds no pipeline'],
        ['Digraph G { a }', '1:1 the keyword is `digraph`, not `Digraph`'],
        ['pipeline G { a }', "1:1 expected `digraph`, found 'pipeline'"],
        ['digraph { a }', '1:9 the digraph has no name'],
        ['digraph', '1:8 the digraph has no name'],
        ['digraph "My Graph" { a }', `1:9 '"My Graph"' is not a graph name`],
        ['digraph my-graph { a }', "1:9 'my-graph' is not a graph name"],
      ],
      findings,
    );
  });

  verifies('dot:graph:header', 'is followed by one pair of braces around all statements', () => {
    expectEach(
      [
        ['digraph G a -> b }', "1:11 expected '{' after 'G'"],
        ['digraph G', "1:10 expected '{' after 'G'"],
        ['digraph G { a } }', "1:17 unexpected '}' behind the end of the digraph"],
        ['digraph G { a -> b', "1:11 the '{' of the digraph is never closed"],
        ['digraph G { subgraph { a }', "1:11 the '{' of the digraph is never closed"],
        ['digraph G { subgraph { subgraph { a', "1:33 the '{' of the subgraph is never closed"],
      ],
      findings,
    );
  });

  verifies('dot:strict-rejected', 'is not `strict`', () => {
    expectEach([['strict digraph G { a }', '1:1 `strict` is not allowed']], findings);
  });

  verifies('dot:undirected-graph-rejected', 'is not `graph`, and its `--` are explained by that', () => {
    expectEach([['graph G { a -- b\n b -- c }', '1:1 only directed graphs are allowed, not `graph`']], findings);
  });

  verifies('dot:one-graph-per-file', 'stands once in a file', () => {
    expectEach(
      [
        ['digraph G { a } digraph H { b }', '1:17 a file holds one digraph only'],
        ['digraph G { a } strict digraph H { b }', '1:17 a file holds one digraph only'],
        ['digraph G { digraph H { b } }', '1:13 a file holds one digraph only'],
      ],
      findings,
    );
  });
});

describe('statements: one finding for each mistake', () => {
  verifies('dot:undirected-edge-rejected', '`->` is the only edge', () => {
    expect(hintOf('digraph G { a -- b }')).toBe('Write `->`: only directed edges are allowed.');
    expectEach([
      ['a -- b', "2:3 '--' is not an edge"],
      ['a--b', "2:2 '--' is not an edge"],
      ['a --> b -> c', "2:3 '-->' is not an edge"],
      ['a => b', "2:3 '=>' is not an edge"],
      ['a - b', "2:3 '-' is not an edge"],
    ]);
  });

  verifies('dot:node-id:bare', 'node ids are plain identifiers', () => {
    expectEach([
      ['"My Node" [label="x"]', '2:1 node ids are written without quotes: "My Node"'],
      ['a -> "b"', '2:6 node ids are written without quotes: "b"'],
      ['my-node [label="x"]', "2:1 'my-node' is not a node id"],
      ['2nd -> b', "2:1 '2nd' is not a node id"],
      ['42', "2:1 '42' is not a node id"],
      ['a:port -> b', "2:1 'a:port' is not a node id: ports do not exist here"],
      ['a.b [x=1]', "2:1 'a.b' is not a node id"],
      ['caf\u00e9', "2:1 'caf\u00e9' is not a node id"],
      ['node -> a', '2:1 `node` is a keyword and cannot be a node id'],
      ['a -> edge', '2:6 `edge` is a keyword and cannot be a node id'],
    ]);
  });

  verifies('dot:edge:statement', 'an edge joins nodes', () => {
    expectEach([
      ['-> b', '2:1 the edge has no source'],
      ['a ->', "3:1 the edge has no target: expected a node id, found '}'"],
      ['a -> @b', "2:6 the edge has no target: expected a node id, found '@'"],
      ['a -> {b c}', '2:6 an edge joins nodes, not groups'],
      ['{a b} -> c', '2:1 an edge joins nodes, not groups'],
      ['subgraph { a } -> b', '2:16 an edge joins nodes, not groups'],
    ]);
  });

  verifies('dot:comments', 'comments are `//` and `/* */`, and the latter are closed', () => {
    expectEach([
      ['# comment\na', '2:1 `#` does not begin a comment'],
      ['a /* never', '2:3 the comment is never closed'],
    ]);
  });

  test.each<Row>([
    ['node', "2:1 expected '[' after `node`"],
    ['subgraph "x" { a }', `2:10 '"x"' is not a subgraph name`],
    ['subgraph x', "3:1 expected '{' after 'x'"],
    ['a ;; b', "2:4 there is no statement before this ';'"],
    ['a, b', "2:2 unexpected ',' between statements"],
    ['a ] b', "2:3 this ']' closes nothing"],
    ['[x=1]', '2:1 these attributes belong to nothing'],
    ['stack.child_dotfile="c.dot"', "2:1 the dotted key 'stack.child_dotfile' needs a block"],
    ['"goal"="x"', '2:1 attribute keys are written without quotes'],
    ['goal=', "3:1 expected a value for 'goal', found '}'"],
    ['goal="a" + "b"', "2:10 strings cannot be joined with '+'"],
    ['a\u00a0-> b', '2:2 unexpected character U+00A0'],
  ])('%j', (body, finding) => {
    expect(inGraph(body)).toEqual([finding]);
  });
});

describe('attribute blocks: one finding for each mistake', () => {
  verifies('dot:attr:comma-required', 'commas separate attributes', () => {
    expectEach([
      ['a [label="x" shape=box]', "2:14 missing ',' before attribute 'shape'"],
      ['a [x=1; y=2]', "2:7 attributes are separated by ',', not ';'"],
      ['a [x=1;]', "2:7 attributes are separated by ',', not ';'"],
    ]);
  });

  verifies('dot:attr:block-not-empty', 'a block holds an attribute', () => {
    expectEach([
      ['a []', '2:3 the attribute block is empty'],
      ['a -> b [ ]', '2:8 the attribute block is empty'],
      ['node [/* none */]', '2:6 the attribute block is empty'],
    ]);
  });

  verifies('dot:attr:trailing-comma-rejected', 'a comma stands between two attributes', () => {
    expectEach([
      ['a [x=1,]', "2:7 there is no attribute after this ','"],
      ['a [,x=1]', "2:4 there is no attribute before this ','"],
      ['a [x=1,,y=2]', "2:8 there is no attribute before this ','"],
    ]);
  });

  verifies('dot:html-label-rejected', 'a value is no HTML', () => {
    expectEach([
      ['a [label=<b>x</b>, x=1]', '2:10 HTML labels are not allowed'],
      ['a [label=<<table>\n<tr border="0"/></table>>, x=1]', '2:10 HTML labels are not allowed'],
      ['a [label=<b, x=1]', '2:10 HTML labels are not allowed'],
    ]);
  });

  verifies('dot:value:bare', 'other words need quotes', () => {
    expectEach([
      ['a [model=gpt/4, x=1]', "2:10 'gpt/4' cannot stand without quotes"],
      ['a -> b [condition=outcome=success && x]', "2:19 'outcome=success' cannot stand without quotes"],
      ['a [timeout=15min]', "2:12 '15min' cannot stand without quotes"],
      ['a [x=1.2.3]', "2:6 '1.2.3' cannot stand without quotes"],
      ['a [x=5.]', "2:6 '5.' cannot stand without quotes"],
      ['a [x=+5]', "2:6 '+5' cannot stand without quotes"],
      ['a [label=\u201cRun it\u201d, x=1]', "2:10 '\u201cRun' cannot stand without quotes"],
    ]);
  });

  verifies('dot:value:unknown-escape-rejected', 'an unknown escape is reported at its backslash', () => {
    expectEach([
      ['a [path="C:\\dir\\x"]', '2:12 unknown escape \\d in the string'],
      ['a [path="one\ntwo \\q"]', '3:5 unknown escape \\q in the string'],
    ]);
  });

  test.each<Row>([
    ['a [x=1] [y=2]', '2:9 a statement has one attribute block only'],
    ['a ["x"=1]', '2:4 attribute keys are written without quotes'],
    ['a [my-key=1]', "2:4 'my-key' is not an attribute key"],
    ['a [a . b=1]', "2:4 attribute 'a' has no value"],
    ['a [bold]', "2:4 attribute 'bold' has no value"],
    ['a [label: "x"]', "2:4 'label:' is not an attribute key"],
    ['a [label=]', "2:10 expected a value for 'label', found ']'"],
    ['a [label=Run the tests, x=1]', "2:14 unexpected 'the' after the value"],
    ['a [x=12345678901234567890]', '2:6 the number 12345678901234567890 is too large to be kept exactly'],
    ['a [x=1\nb -> c\nc [y=1]', "2:3 the '[' of the attributes is never closed"],
    ['a [x=1,\nnode [y=1]\nsubgraph { c }', "2:3 the '[' of the attributes is never closed"],
    ['a [x=1', "2:3 the '[' of the attributes is never closed"],
  ])('%j', (body, finding) => {
    expect(inGraph(body)).toEqual([finding]);
  });

  verifies('dot:recovery', 'a missing comma in one block does not hide a mistake in the next', () => {
    expect(inGraph('a [x=1 y=2]\nb -- c\nd [z=]\n"e"')).toEqual([
      "2:8 missing ',' before attribute 'y'",
      "3:3 '--' is not an edge",
      "4:6 expected a value for 'z', found ']'",
      '5:1 node ids are written without quotes: "e"',
    ]);
  });
});

describe('strings that are never closed', () => {
  verifies('dot:value:unclosed-string', 'the last string of the file', () => {
    expect(inGraph('a [label="x]')).toEqual(['2:10 the string is never closed']);
  });

  verifies(
    'dot:value:unclosed-string',
    'a string that runs into the next one is named, not the last quote of the file',
    () => {
      expect(inGraph('a [label="Start]\nb [label="B"]\nc [label="C"]')).toEqual([
        '2:10 the string is never closed: it runs on to another quote in line 3',
      ]);
    },
  );

  test('a quote without a partner in front of it', () => {
    expect(inGraph('a [label=Start"]\nb [label="B"]')).toEqual([
      '2:15 the string is never closed: it runs on to another quote in line 3',
    ]);
  });

  test('mistakes before it are still found', () => {
    expect(inGraph('a -- b\nc [label="x')).toEqual(["2:3 '--' is not an edge", '3:10 the string is never closed']);
  });
});

describe('warnings leave the graph usable', () => {
  test.each([
    ['a [x=1, x=2]', "2:9 (warning) attribute 'x' is set twice in this block; the last value counts"],
    ['a [x=-5s]', '2:6 (warning) the duration -5s is negative and counts as unset'],
    ['url=http://host/x', "2:5 (warning) the value ends at 'http:', because `//` begins a comment"],
  ])('%j', (body, finding) => {
    expect(inGraph(body)).toEqual([finding]);
  });

  test('the last value of a doubled key counts', () => {
    const { graph } = readDot({ path: 'a.dot', text: 'digraph G { a [x=1, x=2] }' });
    expect(graph!.nodes.get('a')!.attributes.get('x')!.value.text).toBe('2');
  });
});

describe('texts made to hurt', () => {
  const nested = (depth: number): string => `digraph G {${'subgraph {'.repeat(depth)}a${'}'.repeat(depth)}}`;

  test('subgraphs nest up to the limit', () => {
    expect(findings(nested(maxSubgraphDepth))).toEqual([]);
  });

  verifies('dot:never-throws', 'deeper ones are one finding, however deep', () => {
    expect(findings(nested(100_000))).toEqual([
      `1:${12 + 10 * maxSubgraphDepth + 9} subgraphs are nested more than ${maxSubgraphDepth} deep`,
    ]);
  });

  test('a hundred mistakes are shown, and that there are more', () => {
    const shown = inGraph('a -- b\n'.repeat(1_000));
    expect(shown).toHaveLength(101);
    expect(shown.at(-1)).toMatch(/more than 100 mistakes/);
  });
});
