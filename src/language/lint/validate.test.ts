import { describe, expect, it } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { buildGraph, type GraphParts } from '../graph/build.ts';
import type { LintRule } from './lint-rule.ts';
import { finding, placeOf } from '../graph/place.ts';
import { builtInRules, specificationRules } from './built-in-rules.ts';
import { validate, validateOrRaise } from './validate.ts';

const linear: GraphParts = {
  nodes: { start: { shape: 'Mdiamond' }, a: { prompt: 'do' }, exit: { shape: 'Msquare' } },
  edges: [
    ['start', 'a'],
    ['a', 'exit'],
  ],
};

const ownerRequired: LintRule = {
  name: 'owner_required',
  apply: (graph) => [finding('owner_required', 'error', 'no owner', placeOf(graph))],
};

describe('validate (7.3, 7.4)', () => {
  it('knows the thirteen rules of 7.2 by their ids', () => {
    expect(specificationRules.map(({ name }) => name)).toEqual([
      'start_node',
      'terminal_node',
      'reachability',
      'edge_target_exists',
      'start_no_incoming',
      'exit_no_outgoing',
      'condition_syntax',
      'stylesheet_syntax',
      'type_known',
      'fidelity_valid',
      'retry_target_exists',
      'goal_gate_has_retry',
      'prompt_on_llm_nodes',
    ]);
    expect(new Set(builtInRules.map(({ name }) => name)).size).toBe(builtInRules.length);
  });

  verifies('lint:validate', 'finds nothing in a simple linear pipeline (11.12)', () => {
    expect(validate(buildGraph(linear))).toEqual([]);
  });

  verifies('lint:custom-rules', 'runs custom rules after the built-in ones (7.4)', () => {
    const graph = buildGraph({ ...linear, nodes: { ...linear.nodes, a: {} } });
    expect(validate(graph, { rules: [ownerRequired] }).map(({ rule }) => rule)).toEqual([
      'prompt_on_llm_nodes',
      'owner_required',
    ]);
  });

  verifies('lint:rule-throws', 'reports a rule that throws as an error, not as an exception', () => {
    const broken: LintRule = {
      name: 'broken',
      apply() {
        throw new Error('no luck');
      },
    };
    expect(validate(buildGraph(linear), { rules: [broken] })).toMatchObject([
      { rule: 'rule_failed', severity: 'error', message: 'the rule broken failed: no luck' },
    ]);
  });
});

describe('validateOrRaise (7.3, 11.2)', () => {
  verifies('lint:validate-or-raise', 'throws on errors, with every diagnostic in its details', () => {
    expect.assertions(3);
    try {
      validateOrRaise(buildGraph(linear), { rules: [ownerRequired] });
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(OrchestraError);
      expect(thrown).toMatchObject({
        code: 'PIPELINE_INVALID',
        details: { diagnostics: [{ rule: 'owner_required' }] },
      });
      expect(String(thrown)).toContain('owner_required: no owner');
    }
  });

  it('returns warnings', () => {
    const graph = buildGraph({ ...linear, nodes: { ...linear.nodes, a: {} } });
    expect(validateOrRaise(graph)).toMatchObject([{ rule: 'prompt_on_llm_nodes', severity: 'warning', node: 'a' }]);
  });
});
