import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { plainValue } from '../graph/attributes.ts';
import type { Graph } from '../graph/graph.ts';
import { readDot } from './read-dot.ts';

function read(text: string): Graph {
  const { graph, diagnostics } = readDot({ path: 'a.dot', text });
  expect(diagnostics).toEqual([]);
  return graph!;
}

function attributesOf(text: string): Record<string, unknown> {
  const attributes = read(`digraph G { a [${text}] }`).nodes.get('a')!.attributes;
  return Object.fromEntries([...attributes].map(([key, { value }]) => [key, plainValue(value)]));
}

function valueOf(literal: string): unknown {
  return read(`digraph G { a [x=${literal}] }`).nodes.get('a')!.attributes.get('x')!.value;
}

describe('the examples of the specification', () => {
  verifies(['parity:parse-linear', 'parity:parse-graph-attributes'], '2.13 simple: a linear workflow', () => {
    const graph = read(`digraph Simple {
    graph [goal="Run tests and report"]
    rankdir=LR

    start [shape=Mdiamond, label="Start"]
    exit  [shape=Msquare, label="Exit"]

    run_tests [label="Run Tests", prompt="Run the test suite and report results"]
    report    [label="Report", prompt="Summarize the test results"]

    start -> run_tests -> report -> exit
}`);
    expect(graph.name).toBe('Simple');
    expect([...graph.nodes.keys()]).toEqual(['start', 'exit', 'run_tests', 'report']);
    expect(graph.edges.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'start run_tests',
      'run_tests report',
      'report exit',
    ]);
    expect([...graph.attributes.values()].map(({ key, value }) => [key, value.text])).toEqual([
      ['goal', 'Run tests and report'],
      ['rankdir', 'LR'],
    ]);
  });

  test('2.13 branch: defaults, conditions and an overridden shape', () => {
    const graph = read(`digraph Branch {
    graph [goal="Implement and validate a feature"]
    rankdir=LR
    node [shape=box, timeout="900s"]

    start     [shape=Mdiamond, label="Start"]
    exit      [shape=Msquare, label="Exit"]
    plan      [label="Plan", prompt="Plan the implementation"]
    gate      [shape=diamond, label="Tests passing?"]

    start -> plan -> gate
    gate -> exit      [label="Yes", condition="outcome=success"]
    gate -> plan [label="No", condition="outcome!=success"]
}`);
    expect(graph.nodes.get('gate')!.attributes.get('shape')).toMatchObject({
      value: { text: 'diamond' },
      origin: 'explicit',
    });
    expect(graph.nodes.get('plan')!.attributes.get('timeout')).toMatchObject({
      value: { text: '900s' },
      origin: 'default',
    });
    expect(graph.edges.at(-1)!.attributes.get('condition')!.value.text).toBe('outcome!=success');
  });

  verifies('parity:parse-multi-line', '2.13 human gate: a block over several lines, nodes made by edges', () => {
    const graph = read(`digraph Review {
    review_gate [
        shape=hexagon,
        label="Review Changes",
        type="wait.human"
    ]
    start -> review_gate
    review_gate -> ship_it [label="[A] Approve"]
    review_gate -> fixes   [label="[F] Fix"]
    ship_it -> exit
    fixes -> review_gate
}`);
    expect([...graph.nodes.get('review_gate')!.attributes.values()].map(({ key, value }) => [key, value.text])).toEqual(
      [
        ['shape', 'hexagon'],
        ['label', 'Review Changes'],
        ['type', 'wait.human'],
      ],
    );
    expect(graph.nodes.get('fixes')!.attributes.size).toBe(0);
  });

  verifies('dot:value:multi-line-string', '8.6: a stylesheet string over several lines', () => {
    const graph = read(`digraph Pipeline {
    graph [
        goal="Implement feature X",
        model_stylesheet="
            * { llm_model: claude-sonnet-4-5; llm_provider: anthropic; }
            #critical_review { llm_model: gpt-5.2; reasoning_effort: high; }
        "
    ]
    implement       [label="Implement", class="code"]
}`);
    expect(graph.attributes.get('model_stylesheet')!.value.text).toContain(
      '\n            #critical_review { llm_model: gpt-5.2;',
    );
  });

  test('11.13: five nodes and six edges', () => {
    const graph = read(`
digraph test_pipeline {
    graph [goal="Create a hello world Python script"]

    start       [shape=Mdiamond]
    plan        [shape=box, prompt="Plan how to create a hello world script for: $goal"]
    implement   [shape=box, prompt="Write the code based on the plan", goal_gate=true]
    review      [shape=box, prompt="Review the code for correctness"]
    done        [shape=Msquare]

    start -> plan
    plan -> implement
    implement -> review [condition="outcome=success"]
    implement -> plan   [condition="outcome=fail", label="Retry"]
    review -> done      [condition="outcome=success"]
    review -> implement [condition="outcome=fail", label="Fix"]
}
`);
    expect(graph.nodes.size).toBe(5);
    expect(graph.edges).toHaveLength(6);
    expect(graph.attributes.get('goal')!.value.text).toBe('Create a hello world Python script');
  });
});

describe('statements (2.2)', () => {
  const kinds = [
    'graph [goal="g"]',
    'node [shape=box]',
    'edge [weight=1]',
    'subgraph cluster_a { inner }',
    'alone',
    'first -> second',
    'rankdir = LR',
  ];

  verifies('dot:statement:kinds', 'all seven kinds may stand in any order', () => {
    for (const turn of kinds.keys()) {
      const graph = read(`digraph G { ${[...kinds.slice(turn), ...kinds.slice(0, turn)].join('\n')} }`);
      expect([...graph.nodes.keys()].sort()).toEqual(['alone', 'first', 'inner', 'second']);
      expect(graph.edges.map(({ from, to }) => [from, to])).toEqual([['first', 'second']]);
      expect([...graph.attributes.keys()].sort()).toEqual(['goal', 'rankdir']);
    }
  });

  verifies('dot:node:statement', 'a node is an identifier, with or without attributes', () => {
    const { nodes, edges } = read('digraph G { plain\n with [x=1, y=2]\n last_1; }');
    expect([...nodes.values()].map(({ id, attributes }) => [id, ...attributes.keys()])).toEqual([
      ['plain'],
      ['with', 'x', 'y'],
      ['last_1'],
    ]);
    expect(edges).toEqual([]);
  });

  verifies('dot:edge:statement', 'an edge joins two or more identifiers, with or without attributes', () => {
    const { edges } = read('digraph G { a -> b\n c -> d -> e [x=1, y=2]\n f -> f; }');
    expect(edges.map(({ from, to, attributes }) => [from, to, ...attributes.keys()])).toEqual([
      ['a', 'b'],
      ['c', 'd', 'x', 'y'],
      ['d', 'e', 'x', 'y'],
      ['f', 'f'],
    ]);
  });

  verifies(
    ['attr:graph:declaration', 'attr:graph:label', 'parity:parse-graph-attributes'],
    'a declaration at the top level means the same as the key in a graph block',
    () => {
      const said = (text: string): unknown =>
        [...read(`digraph G { ${text} }`).attributes.values()].map(({ key, value, origin }) => [key, value, origin]);
      expect(said('goal = "Ship it"; label = "Release"; default_max_retries = 2')).toEqual(
        said('graph [goal="Ship it", label="Release", default_max_retries=2]'),
      );
      expect(said('label = "Release"')).toEqual([['label', { kind: 'string', text: 'Release' }, 'explicit']]);
    },
  );
});

describe('values (2.4)', () => {
  verifies('dot:value:integer', 'digits with an optional minus are an integer', () => {
    expect(['42', '-1', '0'].map(valueOf)).toEqual([
      { kind: 'integer', text: '42', number: 42 },
      { kind: 'integer', text: '-1', number: -1 },
      { kind: 'integer', text: '0', number: 0 },
    ]);
  });

  verifies('dot:value:float', 'digits with a point are a decimal number, with or without some before it', () => {
    expect(['0.5', '-3.14', '.5', '-.5'].map(valueOf)).toEqual([
      { kind: 'float', text: '0.5', number: 0.5 },
      { kind: 'float', text: '-3.14', number: -3.14 },
      { kind: 'float', text: '.5', number: 0.5 },
      { kind: 'float', text: '-.5', number: -0.5 },
    ]);
  });

  verifies('dot:value:boolean', 'true and false are booleans, words like them are not', () => {
    expect(['true', 'false', 'True', 'trueish'].map(valueOf)).toEqual([
      { kind: 'boolean', text: 'true', boolean: true },
      { kind: 'boolean', text: 'false', boolean: false },
      { kind: 'bare', text: 'True' },
      { kind: 'bare', text: 'trueish' },
    ]);
  });

  verifies('dot:value:duration', 'an integer with a unit is a duration', () => {
    expect(['250ms', '900s', '15m', '2h', '1d'].map(valueOf)).toEqual([
      { kind: 'duration', text: '250ms', ms: 250 },
      { kind: 'duration', text: '900s', ms: 900_000 },
      { kind: 'duration', text: '15m', ms: 900_000 },
      { kind: 'duration', text: '2h', ms: 7_200_000 },
      { kind: 'duration', text: '1d', ms: 86_400_000 },
    ]);
  });

  verifies('dot:value:bare', 'a word of letters, digits, `_`, `.`, `:` and `-` needs no quotes', () => {
    for (const text of ['box', 'node', '_x9', 'claude-opus-4.7:beta', 'wait.human', 'a-']) {
      expect(valueOf(text)).toEqual({ kind: 'bare', text });
    }
  });

  verifies('dot:value:kinds-kept', 'a value in quotes is a string, whatever it looks like', () => {
    for (const text of ['900s', '42', '.5', 'true', 'box'])
      expect(valueOf(`"${text}"`)).toEqual({ kind: 'string', text });
  });

  verifies(
    ['dot:value:string-escapes', 'defect:unescape-order'],
    'escapes are decoded in one pass: an escaped backslash before n stays a backslash and an n',
    () => {
      expect(valueOf(String.raw`"a\\nb\n\t\"c\"\\"`)).toEqual({ kind: 'string', text: 'a\\nb\n\t"c"\\' });
    },
  );

  verifies(
    ['dot:value:multi-line-string', 'dot:comments:not-in-strings', 'defect:scan-rejects-strings'],
    'strings may hold raw newlines, comment signs, arrows, dashes and the word digraph',
    () => {
      const text = 'line one\nline two // no comment /* none */ a -- b -> c digraph H { } git log --oneline # [x=1]';
      expect(valueOf(`"${text}"`)).toEqual({ kind: 'string', text });
    },
  );
});

describe('comments, space and separators (2.3)', () => {
  verifies('dot:comments', 'line and block comments may stand between any two words', () => {
    const graph = read(
      '/* a */ digraph /* b */ G // c\n{ a /* d\n */ -> // e\n b [ /* f */ x /**/ = // g\n 1 /***/ ] } // h',
    );
    expect(graph.edges[0]!.attributes.get('x')!.value).toMatchObject({ number: 1 });
  });

  verifies('defect:scan-rejects-strings', 'comments may hold quotes, braces, dashes and the word digraph', () => {
    const graph = read('digraph G { // don\'t -- digraph H {\n a /* "x -- y" } digraph */ -> b }');
    expect(graph.edges.map(({ from, to }) => from + to)).toEqual(['ab']);
  });

  test('a comment may follow a value without a space', () => {
    expect(attributesOf('x=5/* five */, y=6// six\n')).toEqual({ x: 5, y: 6 });
  });

  verifies('dot:semicolons-optional', 'semicolons are optional, behind subgraphs too', () => {
    const text = 'digraph G { a; b; a -> b; rankdir=LR; graph [y=1]; node [x=1]; edge [x=1]; subgraph { c; }; d e }';
    for (const graph of [read(text), read(text.replaceAll(';', '\n')), read(text.replaceAll(';', ' '))]) {
      expect([...graph.nodes.keys()]).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect([...graph.attributes.keys()]).toEqual(['rankdir', 'y']);
    }
  });

  test('no spaces are needed around arrows, brackets and equals signs', () => {
    const graph = read('digraph G{a->b->c[label=x,weight=2]}');
    expect(graph.edges.map(({ from, to }) => from + to)).toEqual(['ab', 'bc']);
  });

  test('Windows line ends and a byte order mark are accepted and positions count behind the mark', () => {
    const graph = read('\uFEFFdigraph G {\r\n  a\r\n}\r\n');
    expect(graph.span.start).toEqual({ line: 1, column: 1, offset: 0 });
    expect(graph.nodes.get('a')!.span.start).toEqual({ line: 2, column: 3, offset: 15 });
  });
});

describe('names and keys', () => {
  verifies('dot:attr:qualified-key', 'dotted keys are read as they are', () => {
    expect(attributesOf('human.default_choice=ship_it, manager.poll_interval=45s')).toEqual({
      'human.default_choice': 'ship_it',
      'manager.poll_interval': '45s',
    });
  });

  verifies('dot:attr:keyword-key', 'keywords are ordinary keys, and names of graphs and subgraphs', () => {
    expect(attributesOf('node=1, edge=2, graph=3, digraph=4, subgraph=5, strict=6, true=7, label=8')).toEqual({
      node: 1,
      edge: 2,
      graph: 3,
      digraph: 4,
      subgraph: 5,
      strict: 6,
      true: 7,
      label: 8,
    });
    expect(read('digraph node { subgraph edge { a } node = 5 }').name).toBe('node');
  });

  test('names of object members are ordinary ids and keys', () => {
    const graph = read('digraph G { __proto__ -> constructor [toString=1, __proto__="x"] hasOwnProperty=2 }');
    expect([...graph.nodes.keys()]).toEqual(['__proto__', 'constructor']);
    expect([...graph.edges[0]!.attributes.keys()]).toEqual(['toString', '__proto__']);
    expect(graph.attributes.get('hasOwnProperty')!.value).toMatchObject({ number: 2 });
  });

  test('ids that begin with a keyword, strict and true are ordinary', () => {
    const graph = read('digraph G { node1 -> graph_a -> edges -> subgraphs -> strict -> true -> digraphs }');
    expect(graph.nodes.size).toBe(7);
  });
});

describe('places', () => {
  verifies('dot:value:kinds-kept', 'spans cover statements, ends of edges and attributes', () => {
    const graph = read('digraph G {\n  a [x=1,\n     y="z"]\n  a -> b -> c\n}');
    const node = graph.nodes.get('a')!;
    expect(node.span).toMatchObject({
      file: 'a.dot',
      start: { line: 2, column: 3, offset: 14 },
      end: { line: 3, column: 12, offset: 33 },
    });
    expect(node.attributes.get('y')!.span).toMatchObject({
      start: { line: 3, column: 6 },
      end: { line: 3, column: 11 },
    });
    expect(graph.edges[1]!.span).toMatchObject({ start: { line: 4, column: 8 }, end: { line: 4, column: 14 } });
  });

  test('a string over several lines ends where its quote is', () => {
    const graph = read('digraph G { a [x="one\ntwo"] }');
    expect(graph.nodes.get('a')!.attributes.get('x')!.span.end).toEqual({ line: 2, column: 5, offset: 26 });
  });
});
