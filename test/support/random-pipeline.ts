import fc from 'fast-check';
import { buildGraph, type PlainAttributes } from '../../src/language/graph/build.ts';
import type { Graph } from '../../src/language/graph/graph.ts';

const steps = ['a', 'b', 'c', 'd'] as const;
const fanOuts = ['fan1', 'fan2'] as const;
const others = ['check', 'gate', 'join', 'sub', 'boss'] as const;
const ids = [...steps, ...fanOuts, ...others, 'exit'] as const;

const fixed: Readonly<Record<string, PlainAttributes>> = {
  start: { shape: 'Mdiamond' },
  exit: { shape: 'Msquare' },
  fan1: { shape: 'component' },
  fan2: { shape: 'component' },
  join: { shape: 'tripleoctagon' },
  check: { shape: 'diamond' },
  gate: { shape: 'hexagon', timeout: '1s' },
  sub: { type: 'sub_pipeline', 'sub_pipeline.dotfile': 'child' },
  boss: {
    shape: 'house',
    'stack.child_dotfile': 'child',
    'manager.max_cycles': 2,
    'manager.actions': 'observe,steer,wait',
  },
};

function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 3 });
}

const target = fc.constantFrom(...ids);
const condition = fc.constantFrom(
  'outcome=success',
  'outcome!=success',
  'context.n=1',
  'preferred_label=Go',
  'broken ==',
);

const nodeAttributes = fc.record({
  max_retries: optional(fc.integer({ min: 0, max: 2 })),
  goal_gate: optional(fc.boolean()),
  allow_partial: optional(fc.boolean()),
  retry_target: optional(target),
  fallback_retry_target: optional(target),
  join_policy: optional(fc.constantFrom('wait_all', 'first_success', 'k_of_n', 'quorum')),
  error_policy: optional(fc.constantFrom('continue', 'fail_fast', 'ignore')),
  max_parallel: optional(fc.integer({ min: 1, max: 3 })),
  'human.default_choice': optional(target),
  prompt: optional(fc.constant('Choose')),
  'budget.calls': optional(fc.integer({ min: 0, max: 3 })),
});

const edgeAttributes = fc.record({
  condition: optional(condition),
  label: optional(fc.constantFrom('Go', '[G] Go', 'Stop')),
  weight: optional(fc.integer({ min: -1, max: 2 })),
  max_visits: optional(fc.integer({ min: 0, max: 3 })),
  loop_restart: optional(fc.boolean()),
});

/**
 * Pipelines no linter would accept: any node may lead anywhere, with any attribute. Only the number of
 * fan-outs is small, because branches within branches multiply.
 */
export const randomPipeline: fc.Arbitrary<Graph> = fc
  .record({
    nodes: fc.array(nodeAttributes, { minLength: ids.length, maxLength: ids.length }),
    first: target,
    edges: fc.array(fc.tuple(fc.constantFrom(...ids.slice(0, -1)), target, edgeAttributes), {
      minLength: 4,
      maxLength: 20,
    }),
    targets: fc.record({ retry_target: optional(target), 'budget.calls': optional(fc.integer({ min: 0, max: 30 })) }),
    onExhausted: fc.constantFrom('ask', 'fail'),
  })
  .map(({ nodes, first, edges, targets, onExhausted }) =>
    buildGraph({
      attributes: { default_max_visits: 2, max_restarts: 2, 'budget.on_exhausted': onExhausted, ...written(targets) },
      nodes: {
        start: fixed['start'] ?? {},
        ...Object.fromEntries(ids.map((id, index) => [id, { ...written(nodes[index] ?? {}), ...fixed[id] }])),
      },
      edges: [['start', first], ...edges.map(([from, to, attributes]) => [from, to, written(attributes)] as const)],
    }),
  );

function written(attributes: Readonly<Record<string, string | number | boolean | undefined>>): PlainAttributes {
  // What is left has a value.
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as PlainAttributes;
}
