/** A parsed edge condition (Attractor 10): all clauses must hold; none means always. */
export interface Condition {
  readonly clauses: readonly Clause[];
}

export type Clause =
  | { readonly kind: 'compare'; readonly key: Key; readonly operator: '=' | '!='; readonly literal: string }
  /** A key alone: holds when its value is neither empty nor `false` nor `0` (10.5). */
  | { readonly kind: 'truthy'; readonly key: Key };

export type Key =
  | { readonly kind: 'outcome' }
  | { readonly kind: 'preferred_label' }
  /** `path` is the key without its prefix: `tests_passed` of `context.tests_passed`. */
  | { readonly kind: 'context'; readonly path: string };

/** Paths of the context keys a condition reads, in order. */
export function contextPathsOf(condition: Condition): readonly string[] {
  return condition.clauses.flatMap(({ key }) => (key.kind === 'context' ? [key.path] : []));
}
