import { describe, expect, it } from 'vitest';
import { verifies } from '../../../../test/support/verifies.ts';
import { readDot } from '../../dot/read-dot.ts';
import { buildGraph } from '../../graph/build.ts';
import { validate, type ValidateOptions } from '../validate.ts';

/** Findings of one rule as `severity line:column subject`, for a graph body that begins on line 2. */
function lint(rule: string, body: string, options: ValidateOptions = {}): readonly string[] {
  const text = `digraph G {\n${body}\n}`;
  const { graph, diagnostics } = readDot({ path: 'g.dot', text });
  if (!graph) throw new Error(JSON.stringify(diagnostics));
  return validate(graph, { sources: new Map([['g.dot', text]]), ...options })
    .filter((diagnostic) => diagnostic.rule === rule)
    .map(({ severity, line, column, node, edge }) =>
      [severity, `${line}:${column}`, node ?? edge?.join('->') ?? 'graph'].join(' '),
    );
}

function hints(rule: string, body: string): readonly string[] {
  const { graph } = readDot({ path: 'g.dot', text: `digraph G {\n${body}\n}` });
  return graph
    ? validate(graph).flatMap((diagnostic) => (diagnostic.rule === rule ? (diagnostic.hint ?? '') : []))
    : [];
}

const whole = 'start [shape=Mdiamond]\na [prompt="p"]\nexit [shape=Msquare]\nstart -> a -> exit';

describe('start_node and terminal_node (7.2, 11.2, 11.12)', () => {
  verifies(['lint:start_node', 'lint:terminal_node'], 'are errors when there is none', () => {
    expect(lint('start_node', 'a [prompt=p]\nexit [shape=Msquare]\na -> exit')).toEqual(['error 1:1 graph']);
    expect(lint('terminal_node', 'start [shape=Mdiamond]\na [prompt=p]\nstart -> a')).toEqual(['error 1:1 graph']);
  });

  verifies(['lint:start_node', 'lint:terminal_node'], 'are errors at every one after the first', () => {
    expect(lint('start_node', `${whole}\nb [shape=Mdiamond]\nb -> a`)).toEqual(['error 6:1 b']);
    expect(lint('terminal_node', `${whole}\ndone [shape=Msquare]\na -> done`)).toEqual(['error 6:1 done']);
  });

  it.each(['start', 'Start'])('accept the id %s where no node has the shape', (id) => {
    expect(lint('start_node', `${id} -> a -> exit`)).toEqual([]);
  });

  it.each(['exit', 'end'])('accept the id %s where no node has the shape', (id) => {
    expect(lint('terminal_node', `start -> a -> ${id}`)).toEqual([]);
    expect(lint('edge_target_exists', `start -> a -> ${id}`)).toEqual([]);
  });
});

describe('reachability (7.2, 11.2)', () => {
  verifies(
    'lint:reachability',
    'is an error for every node no way leads to, as the table of 7.2 has it against 11.12',
    () => {
      expect(lint('reachability', `${whole}\norphan [prompt=p]\norphan -> next\nnext -> a`)).toEqual([
        'error 6:1 orphan',
        'error 7:11 next',
      ]);
    },
  );

  verifies('lint:reachability', 'counts retry targets of reached nodes and of the graph as ways', () => {
    expect(
      lint(
        'reachability',
        `${whole}\na [retry_target=fix]\nfix [prompt=p, fallback_retry_target=last]\nfix -> a\nlast [prompt=p]\nlast -> a`,
      ),
    ).toEqual([]);
    expect(lint('reachability', `${whole}\nretry_target=fix\nfix [prompt=p]\nfix -> a`)).toEqual([]);
    expect(lint('reachability', `${whole}\nb [retry_target=c, prompt=p]\nb -> a\nc [prompt=p]\nc -> a`)).toEqual([
      'error 6:1 b',
      'error 8:1 c',
    ]);
  });

  it('says nothing where there is no start to begin from', () => {
    expect(lint('reachability', 'a -> exit')).toEqual([]);
  });
});

describe('edge_target_exists (7.2, 11.2)', () => {
  verifies('lint:edge_target_exists', 'is an error for a name that is only led to', () => {
    expect(lint('edge_target_exists', `${whole}\nverify [prompt=p]\na -> verify -> exit\na -> verfy`)).toEqual([
      'error 8:1 a->verfy',
    ]);
    expect(hints('edge_target_exists', `${whole}\nverify [prompt=p]\na -> verify -> exit\na -> verfy`)).toEqual([
      'Did you mean `verify`?',
    ]);
  });

  it('accepts nodes made by edges that lead on, as in the last example of 2.13', () => {
    expect(lint('edge_target_exists', `${whole}\na -> b\nb -> exit`)).toEqual([]);
  });

  it('accepts a stated node that ends the walk', () => {
    expect(lint('edge_target_exists', `${whole}\na -> stop\nstop [label="Stop"]`)).toEqual([]);
  });

  it('is an error for both ends in a graph made in code', () => {
    const graph = buildGraph({ nodes: { a: {} }, edges: [['a', 'b']] });
    const broken = { ...graph, nodes: new Map([...graph.nodes].filter(([id]) => id === 'a')) };
    expect(validate(broken).filter(({ rule }) => rule === 'edge_target_exists')).toHaveLength(1);
  });
});

describe('start_no_incoming and exit_no_outgoing (7.2, 11.2)', () => {
  verifies(['lint:start_no_incoming', 'lint:exit_no_outgoing'], 'are errors at the edge', () => {
    expect(lint('start_no_incoming', `${whole}\na -> start`)).toEqual(['error 6:1 a->start']);
    expect(lint('exit_no_outgoing', `${whole}\nexit -> a`)).toEqual(['error 6:1 exit->a']);
  });
});

describe('condition_syntax (7.2, 10, 11.2)', () => {
  verifies('lint:condition_syntax', 'is an error at the place inside the string', () => {
    expect(lint('condition_syntax', `${whole}\na -> exit [condition="outcome=success || outcome=fail"]`)).toEqual([
      'error 6:39 a->exit',
    ]);
  });

  it('counts an escape as two characters and lines inside the string', () => {
    expect(lint('condition_syntax', `${whole}\na -> exit [condition="preferred_label=\\"x\\" &&\n  b=1"]`)).toEqual([
      'error 7:3 a->exit',
    ]);
    expect(lint('condition_syntax', `${whole}\na -> exit [condition="preferred_label=\\"x\\" && b=1"]`)).toEqual([
      'error 6:48 a->exit',
    ]);
  });

  it('falls back to the place of the attribute without the source', () => {
    expect(lint('condition_syntax', `${whole}\na -> exit [condition="b=1"]`, { sources: new Map() })).toEqual([
      expect.stringMatching(/^error 6:\d+ a->exit$/),
    ]);
  });

  it('covers the stop condition of a manager (4.11)', () => {
    expect(lint('condition_syntax', `${whole}\na [shape=house, manager.stop_condition="done"]`)).toEqual([
      expect.stringMatching(/^error 6:\d+ a$/),
    ]);
  });

  it('accepts an empty condition and every example of 10.6', () => {
    const conditions = [
      '',
      'outcome=success',
      'outcome=success && context.tests_passed=true',
      'context.loop_state!=exhausted',
      'preferred_label=Fix',
    ];
    expect(
      lint(
        'condition_syntax',
        `${whole}\n${conditions.map((condition) => `a -> exit [condition="${condition}"]`).join('\n')}`,
      ),
    ).toEqual([]);
  });
});

describe('stylesheet_syntax (7.2, 8.2)', () => {
  verifies(['lint:stylesheet_syntax', 'stylesheet:syntax-error'], 'is an error at the line inside the string', () => {
    expect(
      lint('stylesheet_syntax', `${whole}\ngraph [model_stylesheet="\n  * { llm_model: a; }\n  box { modle: b; }\n"]`),
    ).toEqual(['error 8:9 graph']);
  });

  it('accepts the example of 8.6', () => {
    const sheet =
      '* { llm_model: claude-sonnet-4-5; llm_provider: anthropic; }\n#critical_review { llm_model: gpt-5.2; reasoning_effort: high; }';
    expect(lint('stylesheet_syntax', `${whole}\ngraph [model_stylesheet="${sheet}"]`)).toEqual([]);
  });
});

describe('type_known (7.2, 4.2)', () => {
  verifies('lint:type_known', 'is a warning for a type without handler, with a suggestion', () => {
    expect(lint('type_known', `${whole}\na [type="wait.humn"]`)).toEqual(['warning 6:4 a']);
    expect(hints('type_known', `${whole}\na [type="wait.humn"]`)).toEqual(['Did you mean `wait.human`?']);
  });

  it('accepts built-in and registered types', () => {
    expect(lint('type_known', `${whole}\na [type="tool"]`)).toEqual([]);
    expect(lint('type_known', `${whole}\na [type="deploy"]`, { customTypes: new Set(['deploy']) })).toEqual([]);
  });
});

describe('fidelity_valid (7.2, 5.4)', () => {
  verifies('lint:fidelity_valid', 'is a warning on graph, node and edge', () => {
    expect(
      lint('fidelity_valid', `${whole}\ndefault_fidelity=ful\na [fidelity="summary"]\na -> exit [fidelity=none]`),
    ).toEqual(['warning 6:1 graph', 'warning 7:4 a', 'warning 8:12 a->exit']);
  });

  it.each(['full', 'truncate', 'compact', 'summary:low', 'summary:medium', 'summary:high'])('accepts %s', (mode) => {
    expect(lint('fidelity_valid', `${whole}\ndefault_fidelity="${mode}"`)).toEqual([]);
  });
});

describe('retry_target_exists (7.2)', () => {
  verifies('lint:retry_target_exists', 'is a warning on nodes and on the graph', () => {
    expect(
      lint('retry_target_exists', `${whole}\na [retry_target=b, fallback_retry_target=a]\nfallback_retry_target=c`),
    ).toEqual(['warning 7:1 graph', 'warning 6:4 a']);
  });
});

describe('goal_gate_has_retry (7.2)', () => {
  verifies('lint:goal_gate_has_retry', 'is a warning where no target is set', () => {
    expect(lint('goal_gate_has_retry', `${whole}\na [goal_gate=true]`)).toEqual(['warning 6:4 a']);
  });

  it.each(['a [retry_target=a]', 'a [fallback_retry_target=a]', 'retry_target=a', 'graph [fallback_retry_target=a]'])(
    'is satisfied by %s (3.4)',
    (target) => {
      expect(lint('goal_gate_has_retry', `${whole}\na [goal_gate=true]\n${target}`)).toEqual([]);
    },
  );
});

describe('prompt_on_llm_nodes (7.2, 4.5)', () => {
  verifies('lint:prompt_on_llm_nodes', 'is a warning where neither prompt nor label is set', () => {
    expect(lint('prompt_on_llm_nodes', `${whole}\na -> b\nb [timeout=5s]\nb -> exit`)).toEqual(['warning 7:1 b']);
  });

  it('accepts a label, and does not speak of other handlers', () => {
    expect(lint('prompt_on_llm_nodes', `${whole}\na -> b -> c -> exit\nb [label="B"]\nc [shape=diamond]`)).toEqual([]);
  });

  it('asks for the node that was meant where an edge misspells an id', () => {
    expect(hints('prompt_on_llm_nodes', 'write [prompt="x"]\nwriet -> write -> other')).toEqual([
      'Did you mean the node `write`? Else add `prompt="..."`.',
      'Add `prompt="..."`.',
    ]);
  });
});
