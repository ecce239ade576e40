import { isBlobRef } from '../../shared/blob-ref.ts';
import type { Json } from '../../shared/json.ts';
import type { Clause, Condition, Key } from './condition.ts';

/** What a condition may look at (10.3, 10.4). */
export interface ConditionFacts {
  /** Status of the node just executed. */
  readonly outcome: string;
  readonly preferredLabel: string | undefined;
  readonly context: (key: string) => Json | undefined;
  /** Told the key of a value that lies in a blob and cannot be compared; its clause does not hold. */
  readonly onBlob: (key: string) => void;
}

/** Whether every clause holds, tried from left to right up to the first that does not (10.3, 10.5). */
export function evaluateCondition(condition: Condition, facts: ConditionFacts): boolean {
  return condition.clauses.every((clause) => holds(clause, facts));
}

function holds(clause: Clause, facts: ConditionFacts): boolean {
  const value = textOfKey(clause.key, facts);
  if (value === undefined) return false;
  if (clause.kind === 'truthy') return !falsy.has(value);
  return (value === clause.literal) === (clause.operator === '=');
}

/** Truth is read off the text, as comparison is, so that `false` and `"false"` mean the same. */
const falsy: ReadonlySet<string> = new Set(['', 'false', '0']);

/** The text a key stands for; undefined when it cannot be told because it lies in a blob. */
function textOfKey(key: Key, facts: ConditionFacts): string | undefined {
  if (key.kind === 'outcome') return facts.outcome;
  if (key.kind === 'preferred_label') return facts.preferredLabel ?? '';
  // The name as written comes first, then the one without its prefix (10.4); null counts as missing.
  const value = facts.context(`context.${key.path}`) ?? facts.context(key.path) ?? '';
  if (isBlobRef(value)) {
    facts.onBlob(key.path);
    return undefined;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
