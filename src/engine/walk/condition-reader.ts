import type { Outcome } from '../../contract/outcome.ts';
import type { Condition } from '../../language/conditions/condition.ts';
import { evaluateCondition } from '../../language/conditions/evaluate-condition.ts';
import { parseCondition } from '../../language/conditions/parse-condition.ts';
import type { Strand } from './strand.ts';

/** Evaluates condition texts for the walk, each parsed once. */
export class ConditionReader {
  readonly #warn: (message: string) => void;
  readonly #parsed = new Map<string, Condition | undefined>();

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /**
   * Whether `text` holds. A clause on a value too large to compare does not hold, nor does a text that
   * is no condition (lint refuses it, but a graph need not come from a file); both are reported.
   */
  holds(text: string, strand: Strand, outcome: Outcome): boolean {
    const condition = this.#parse(text);
    if (!condition) return false;
    return evaluateCondition(condition, {
      outcome: outcome.status,
      preferredLabel: outcome.preferredLabel,
      context: (key) => strand.context.get(key),
      onBlob: (key) => this.#warn(`condition "${text}": the value of ${key} is too large to compare`),
    });
  }

  #parse(text: string): Condition | undefined {
    if (this.#parsed.has(text)) return this.#parsed.get(text);
    const { condition, errors } = parseCondition(text);
    if (!condition) this.#warn(`condition "${text}" never holds: ${errors[0]?.message ?? 'not readable'}`);
    this.#parsed.set(text, condition);
    return condition;
  }
}
