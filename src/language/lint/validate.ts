import { hasErrors, type Diagnostic } from '../../contract/diagnostic.ts';
import { messageOf, OrchestraError } from '../../shared/errors.ts';
import type { Graph } from '../graph/graph.ts';
import { builtInRules } from './built-in-rules.ts';
import { createLintContext, type LintContextOptions } from './lint-context.ts';
import type { LintContext, LintRule } from './lint-rule.ts';
import { finding, placeOf } from '../graph/place.ts';
import { withoutDuplicates } from './order.ts';

export interface ValidateOptions extends LintContextOptions {
  /** Run after the built-in rules, in this order (7.3, 7.4). */
  readonly rules?: readonly LintRule[];
}

/** Every finding of the built-in and the given rules (7.3), rule by rule, each once. A rule that throws is reported as an error. */
export function validate(graph: Graph, options: ValidateOptions = {}): readonly Diagnostic[] {
  const context = createLintContext(graph, options);
  const rules = [...builtInRules, ...(options.rules ?? [])];
  return withoutDuplicates(rules.flatMap((rule) => findingsOf(rule, graph, context)));
}

/**
 * The findings, when none of them is an error (7.3, 11.2).
 * @throws OrchestraError `PIPELINE_INVALID` with `details: { diagnostics }` otherwise
 */
export function validateOrRaise(graph: Graph, options: ValidateOptions = {}): readonly Diagnostic[] {
  const diagnostics = validate(graph, options);
  if (!hasErrors(diagnostics)) return diagnostics;
  const errors = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, message }) => `${rule}: ${message}`);
  throw new OrchestraError('PIPELINE_INVALID', `the pipeline ${graph.name} is not valid: ${errors.join('; ')}`, {
    details: { diagnostics },
  });
}

function findingsOf(rule: LintRule, graph: Graph, context: LintContext): readonly Diagnostic[] {
  try {
    return rule.apply(graph, context);
  } catch (thrown) {
    return [
      finding(
        'rule_failed',
        'error',
        `the rule ${rule.name} failed: ${messageOf(thrown)}`,
        placeOf(graph),
        'Correct the rule, or do not register it.',
      ),
    ];
  }
}
