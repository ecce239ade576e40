import type { Outcome } from '../../contract/outcome.ts';
import type { Condition } from '../../language/conditions/condition.ts';
import { evaluateCondition } from '../../language/conditions/evaluate-condition.ts';
import { parseCondition } from '../../language/conditions/parse-condition.ts';
import type { Graph } from '../../language/graph/graph.ts';
import type { Strand } from './strand.ts';

/** Evaluates condition texts for the walk, each parsed once. */
export class ConditionReader {
  readonly #pipeline: string;
  readonly #warn: (message: string) => void;
  readonly #parsed = new Map<string, Condition>();

  constructor(graph: Graph, warn: (message: string) => void) {
    this.#pipeline = graph.name;
    this.#warn = warn;
  }

  /** Whether `text` holds; a clause on a value too large to compare does not hold and is reported. */
  holds(text: string, strand: Strand, outcome: Outcome): boolean {
    return evaluateCondition(this.#parse(text), {
      outcome: outcome.status,
      preferredLabel: outcome.preferredLabel,
      context: (key) => strand.context.get(key),
      onBlob: (key) => this.#warn(`condition "${text}": the value of ${key} is too large to compare`),
    });
  }

  #parse(text: string): Condition {
    const known = this.#parsed.get(text);
    if (known) return known;
    const { condition, errors } = parseCondition(text);
    // Lint refuses such a graph before it is walked (condition_syntax).
    if (!condition) throw new Error(`${this.#pipeline}: condition "${text}": ${errors[0]?.message ?? 'not readable'}`);
    this.#parsed.set(text, condition);
    return condition;
  }
}
