import { describe, expect, it } from 'vitest';
import { verifies } from '../../../../test/support/verifies.ts';
import { readDot } from '../../dot/read-dot.ts';
import { specificationRules } from '../built-in-rules.ts';
import { validate, type ValidateOptions } from '../validate.ts';

const whole = 'start [shape=Mdiamond]\na [prompt="p"]\nexit [shape=Msquare]\nstart -> a -> exit';

function diagnose(body: string, options: ValidateOptions = {}) {
  const { graph, diagnostics } = readDot({ path: 'g.dot', text: `digraph G {\n${body}\n}` });
  if (!graph) throw new Error(JSON.stringify(diagnostics));
  return validate(graph, options);
}

/** Findings of one rule as `severity line subject`, for a graph body that begins on line 2. */
function lint(rule: string, body: string, options: ValidateOptions = {}): readonly string[] {
  return diagnose(body, options)
    .filter((diagnostic) => diagnostic.rule === rule)
    .map(({ severity, line, node, edge }) => [severity, line, node ?? edge?.join('->') ?? 'graph'].join(' '));
}

function hints(rule: string, body: string): readonly string[] {
  return diagnose(body).flatMap((diagnostic) => (diagnostic.rule === rule ? (diagnostic.hint ?? '') : []));
}

describe('rules beyond 7.2', () => {
  verifies('diagnostic:severity', 'are never errors (semantics.md)', () => {
    const everythingWrong = `${whole}
      default_fidelity=1; templates=jinja2
      graph [max_restarts=x]
      a [shape=elipse, timeout="5 apples", max_retires=3, goal_gate=true, retry_target=exit, prompt="{{ b }}"]
      gate [shape=hexagon]; fan [shape=component]; join [shape=tripleoctagon]; t [shape=parallelogram]
      a -> gate; a -> fan; a -> join; a -> t [condition="context.x=1"]; t -> t`;
    const names = new Set(specificationRules.map(({ name }) => name));
    const ours = diagnose(everythingWrong).filter(({ rule }) => !names.has(rule));
    expect(new Set(ours.map(({ rule }) => rule)).size).toBeGreaterThan(10);
    expect(ours.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('are silent or informative on the examples of 2.13 and 11.13', () => {
    const branch =
      'node [shape=box, timeout="900s"]\nstart [shape=Mdiamond]\nexit [shape=Msquare]\nplan [prompt=p]\ngate [shape=diamond]\nstart -> plan -> gate\ngate -> exit [condition="outcome=success"]\ngate -> plan [condition="outcome!=success"]';
    expect(diagnose(branch).map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(['info loop_without_bound']);
  });
});

describe('condition_outcome_unknown (10.4)', () => {
  const edge = (condition: string) => `${whole}\na -> exit [condition="${condition}"]`;

  verifies('lint:own:unknown-outcome', 'names the comparison, its effect and the status that was meant', () => {
    expect(lint('condition_outcome_unknown', edge('outcome=sucess'))).toEqual(['warning 6 a->exit']);
    expect(hints('condition_outcome_unknown', edge('outcome=sucess'))).toEqual(['Did you mean `success`?']);
    expect(hints('condition_outcome_unknown', edge('outcome!=FAIL'))).toEqual(['Did you mean `fail`?']);
    expect(hints('condition_outcome_unknown', edge('context.a=1 && outcome=approved'))).toEqual([
      'Write one of: success, partial_success, retry, fail, skipped.',
    ]);
    const messages = ['=', '!='].map((operator) =>
      diagnose(edge(`outcome${operator}sucess`)).flatMap(({ rule, message }) =>
        rule === 'condition_outcome_unknown' ? message : [],
      ),
    );
    expect(messages).toEqual([
      ['`outcome=sucess` never holds: sucess is no outcome'],
      ['`outcome!=sucess` always holds: sucess is no outcome'],
    ]);
  });

  it('looks at stop conditions, too, and at nothing but the outcome', () => {
    const stop = `${whole}\nm [shape=house, manager.stop_condition="outcome=done"]`;
    expect(lint('condition_outcome_unknown', stop)).toEqual(['warning 6 m']);
    const statuses = ['success', 'partial_success', 'retry', 'fail', 'skipped'];
    for (const status of statuses) expect(lint('condition_outcome_unknown', edge(`outcome=${status}`))).toEqual([]);
    expect(lint('condition_outcome_unknown', edge('preferred_label=sucess && context.outcome=sucess'))).toEqual([]);
  });
});

describe('unknown_shape (4.2)', () => {
  verifies('lint:own:unknown-shape', 'is a warning with a suggestion', () => {
    expect(lint('unknown_shape', `${whole}\na [shape=hexagn]`)).toEqual(['warning 6 a']);
    expect(hints('unknown_shape', `${whole}\na [shape=hexagn]`)).toEqual(['Did you mean `hexagon`?']);
  });

  it('is silent where a known type decides', () => {
    expect(lint('unknown_shape', `${whole}\na [shape=ellipse, type="codergen"]`)).toEqual([]);
  });
});

describe('enum_value, duration_value and attribute_kind', () => {
  verifies('lint:own:enum-value', 'name words and items outside the list of an attribute', () => {
    expect(
      lint(
        'enum_value',
        `${whole}\na [reasoning_effort=extreme]\na -> m -> exit\nm [shape=house, stack.child_dotfile="c.dot", manager.actions="observe,stear"]`,
      ),
    ).toEqual(['warning 6 a', 'warning 8 m']);
    expect(hints('enum_value', `${whole}\na [reasoning_effort=hih]`)).toEqual(['Did you mean `high`?']);
    expect(lint('enum_value', `${whole}\na [fidelity=none]`)).toEqual([]);
  });

  verifies(
    ['lint:own:duration', 'lint:own:attribute-kind', 'defect:bad-weight-crashes'],
    'name durations and numbers that cannot be read',
    () => {
      expect(lint('duration_value', `${whole}\na [timeout="15 minutes"]`)).toEqual(['warning 6 a']);
      expect(lint('duration_value', `${whole}\na [timeout="900s"]\nb [timeout=60]\na -> b -> exit`)).toEqual([]);
      expect(lint('attribute_kind', `${whole}\na [max_retries="many", goal_gate=yes]\na -> exit [weight=1.5]`)).toEqual(
        ['warning 6 a', 'warning 6 a', 'warning 7 a->exit'],
      );
      expect(lint('attribute_kind', `${whole}\na [max_retries="3", goal_gate="true"]`)).toEqual([]);
    },
  );

  it('report a default block or a stylesheet once, not for every node', () => {
    expect(lint('duration_value', `node [timeout="soon"]\n${whole}`)).toEqual(['warning 2 graph']);
  });
});

describe('attribute_name', () => {
  verifies('lint:own:attribute-name', 'finds misspelt names, and names that belong elsewhere', () => {
    expect(hints('attribute_name', `${whole}\na [max_retires=3]`)).toEqual(['Did you mean `max_retries`?']);
    expect(hints('attribute_name', `${whole}\na [max_visits=3]`)).toEqual(['Write it on an edge.']);
  });

  it('leaves attributes of Graphviz and of custom handlers alone', () => {
    expect(
      lint(
        'attribute_name',
        `${whole}\na [color=red, xlabel=x, height=2, fontname=f]\na -> exit [class=c, style=dashed]`,
      ),
    ).toEqual([]);
    expect(
      lint('attribute_name', `${whole}\na [type=deploy, max_retires=3]`, { customTypes: new Set(['deploy']) }),
    ).toEqual([]);
  });
});

describe('attribute_missing (4.10, 4.11, 9.4)', () => {
  verifies('lint:own:attribute-missing', 'names nodes that can only fail', () => {
    const nodes = 't [shape=parallelogram]\nm [shape=house]\ns [type=sub_pipeline]\na -> t -> m -> s -> exit';
    expect(lint('attribute_missing', `${whole}\n${nodes}`)).toEqual(['warning 6 t', 'warning 7 m', 'warning 8 s']);
    expect(
      lint(
        'attribute_missing',
        `${whole}\n${nodes}\ngraph [stack.child_dotfile="c.dot"]\nt [tool_command=ls]\ns [sub_pipeline.dotfile="s.dot"]`,
      ),
    ).toEqual([]);
  });
});

describe('goal_gate_target_unreachable (3.4)', () => {
  verifies('lint:own:goal-gate-unreachable', 'is a warning where no way leads back to the gate', () => {
    expect(
      lint(
        'goal_gate_target_unreachable',
        `${whole}\na [goal_gate=true, retry_target=b]\na -> b -> exit\nb [prompt=p]`,
      ),
    ).toEqual(['warning 6 a']);
  });

  it('is silent for the gate itself, a node before it, and a target of the graph', () => {
    for (const target of [
      'a [retry_target=a]',
      'a [retry_target=start]',
      'retry_target=start',
      'a [retry_target=nowhere, fallback_retry_target=a]',
    ]) {
      expect(lint('goal_gate_target_unreachable', `${whole}\na [goal_gate=true]\n${target}`)).toEqual([]);
    }
  });
});

describe('fan_out_without_fan_in and fan_in_without_fan_out (4.8, 4.9)', () => {
  const branches = `${whole}\nfan [shape=component]\nx [prompt=p]\ny [prompt=p]\njoin [shape=tripleoctagon]\na -> fan -> x -> join -> exit\nfan -> y`;

  verifies(
    ['lint:own:fan-out-without-fan-in', 'lint:own:fan-in-without-fan-out'],
    'are warnings where branches do not meet',
    () => {
      expect(lint('fan_out_without_fan_in', `${branches}\ny -> exit`)).toEqual(['warning 6 fan']);
      expect(lint('fan_in_without_fan_out', `${branches}\ny -> exit`)).toEqual(['warning 9 join']);
    },
  );

  it('are silent where they do', () => {
    expect(lint('fan_out_without_fan_in', `${branches}\ny -> join`)).toEqual([]);
    expect(lint('fan_in_without_fan_out', `${branches}\ny -> join`)).toEqual([]);
  });
});

describe('loop_without_bound', () => {
  verifies('lint:own:unbounded-loop', 'is a warning at the closing edge where nothing leads out', () => {
    expect(lint('loop_without_bound', `${whole}\na -> b -> c -> b\nb [prompt=p]\nc [prompt=p]`)).toEqual([
      'warning 6 c->b',
    ]);
    expect(lint('loop_without_bound', `${whole}\na -> b\nb -> b\nb [prompt=p]`)).toEqual(['warning 7 b->b']);
  });

  it('is an information where routing can leave it', () => {
    expect(lint('loop_without_bound', `${whole}\na -> a [condition="outcome=fail"]`)).toEqual(['info 6 a->a']);
  });

  it.each([
    ['max_visits on one of its edges', 'a -> b -> a [max_visits=3]\nb [prompt=p]'],
    ['default_max_visits on the graph', 'a -> b -> a\nb [prompt=p]\ndefault_max_visits=5'],
    ['a restart, which is counted by max_restarts', 'a -> b\nb -> a [loop_restart=true]\nb [prompt=p]'],
    ['a person in it', 'a -> g [label=no]\ng -> a\ng [shape=hexagon]'],
  ])('is silent with %s', (_what, body) => {
    expect(lint('loop_without_bound', `${whole}\n${body}`)).toEqual([]);
  });
});

describe('human gates (4.6, 6.5)', () => {
  const gate = `${whole}\ng [shape=hexagon, label="Ship?"]\na -> g`;

  verifies('lint:own:human-gate', 'need edges to choose from', () => {
    expect(lint('human_gate_without_choices', gate)).toEqual(['warning 6 g']);
  });

  verifies('lint:own:human-gate', 'need a key of its own for each choice', () => {
    expect(lint('human_gate_duplicate_key', `${gate}\ng -> a [label="Abort"]\ng -> exit [label="Approve"]`)).toEqual([
      'warning 9 g->exit',
    ]);
    expect(
      lint('human_gate_duplicate_key', `${gate}\ng -> a [label="[X] Abort"]\ng -> exit [label="Approve"]`),
    ).toEqual([]);
  });

  it.each(['A', 'approve', '[A] Approve', 'exit'])('accept the default choice %s', (choice) => {
    expect(
      lint(
        'human_gate_default_unknown',
        `${gate}\ng -> exit [label="[A] Approve"]\ng [human.default_choice="${choice}"]`,
      ),
    ).toEqual([]);
  });

  verifies('lint:own:human-gate', 'need a default choice that is an option', () => {
    expect(
      lint('human_gate_default_unknown', `${gate}\ng -> exit [label="[A] Approve"]\ng [human.default_choice="B"]`),
    ).toEqual(['warning 9 g']);
  });
});

describe('condition_key_unwritten and context_keys_offered', () => {
  const routed = `${whole}\nd [shape=diamond]\na -> d\nd -> exit [condition="context.verdict=ok"]\nd -> a [condition="context.verdict!=ok", max_visits=2]`;

  verifies(
    ['lint:own:unwritten-key', 'lint:own:context-keys-hint'],
    'name the key at every reading edge, and offer it at the agent before the diamond',
    () => {
      expect(lint('condition_key_unwritten', routed)).toEqual(['warning 8 d->exit', 'warning 9 d->a']);
      expect(lint('context_keys_offered', routed)).toEqual(['info 3 a']);
      expect(hints('context_keys_offered', routed)).toEqual(['Add `context_keys="verdict"`.']);
      expect(hints('condition_key_unwritten', routed)[0]).toContain('inputs="verdict"');
    },
  );

  it.each([
    ['context_keys', 'a [context_keys="other, verdict"]'],
    ['output_schema', 'a [output_schema="{\\"properties\\":{\\"verdict\\":{}}}"]'],
    ['an output_schema that cannot be read', 'a [output_schema="schema.json"]'],
    ['inputs', 'inputs="verdict"'],
    [
      'a child pipeline',
      'a -> s -> d\ns [type=sub_pipeline, sub_pipeline.dotfile="c.dot", sub_pipeline.outputs="verdict"]',
    ],
  ])('are silent when the key is declared by %s', (_what, declaration) => {
    expect(lint('condition_key_unwritten', `${routed}\n${declaration}`)).toEqual([]);
    expect(lint('context_keys_offered', `${routed}\n${declaration}`)).toEqual([]);
  });

  it('suggest a declared key of a similar name', () => {
    expect(hints('condition_key_unwritten', `${routed}\na [context_keys=verdit]`)[0]).toBe(
      'Did you mean `context.verdit`?',
    );
  });

  it('know the keys of the engine, and those of the handlers in the graph (5.1)', () => {
    const reading = (key: string) => `${whole}\na -> exit [condition="context.${key}=x"]`;
    for (const key of ['outcome', 'last_response', 'graph.goal', 'internal.retry_count.a'])
      expect(lint('condition_key_unwritten', reading(key))).toEqual([]);
    expect(lint('condition_key_unwritten', reading('tool.output'))).toEqual(['warning 6 a->exit']);
    expect(
      lint(
        'condition_key_unwritten',
        `${reading('tool.output')}\nt [shape=parallelogram, tool_command=ls]\na -> t -> exit`,
      ),
    ).toEqual([]);
    expect(
      lint('condition_key_unwritten', `${reading('human.gate.selected')}\ng [shape=hexagon]\na -> g -> exit`),
    ).toEqual([]);
  });

  it('are silent where a custom handler or a parent may write anything', () => {
    expect(lint('condition_key_unwritten', `${routed}\na [type=deploy]`, { customTypes: new Set(['deploy']) })).toEqual(
      [],
    );
    expect(lint('condition_key_unwritten', routed, { inheritsContext: true })).toEqual([]);
  });
});

describe('template_variable_unset and templates_offered', () => {
  verifies(
    'lint:own:undefined-variable',
    'name variables nobody sets, in prompts, gate labels and tool commands',
    () => {
      const body = `${whole}\ntemplates=jinja2\na [prompt="{{ diff }} {{ tool.output }} {{ graph.goal }}"]\ng [shape=hexagon, label="{{ who }}?"]\nt [shape=parallelogram, tool_command="echo {{ what }}"]\na -> t -> g -> exit`;
      expect(lint('template_variable_unset', body)).toEqual(['warning 7 a', 'warning 8 g', 'warning 9 t']);
      expect(lint('template_variable_unset', `${body}\ninputs="diff,who,what"`)).toEqual([]);
    },
  );

  verifies('lint:own:jinja-hint', 'offer templates once where tags are used without them', () => {
    expect(
      lint('templates_offered', `${whole}\na [prompt="{{ diff }}"]\nb [prompt="{{ diff }}"]\na -> b -> exit`),
    ).toEqual(['info 6 a']);
    expect(lint('templates_offered', `${whole}\na [prompt="{{ diff }}"]\ntemplates=none`)).toEqual([]);
  });
});
