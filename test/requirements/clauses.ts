/**
 * One chapter of the manifest: section, then id, then what a user can observe, in our own words.
 * A clause we do not meet says why in `gap`.
 */
export type Clauses = Readonly<Record<string, Readonly<Record<string, Clause>>>>;

export type Clause = string | { readonly behaviour: string; readonly gap: string };

/** The ids of a chapter; of a union of chapters, the ids of all. */
export type IdsOf<C extends Clauses> = C extends Clauses
  ? { [Section in keyof C]: keyof C[Section] & string }[keyof C]
  : never;

export interface Requirement {
  readonly section: string;
  readonly behaviour: string;
  /** Why we do not meet it; such a clause has no test. */
  readonly gap?: string;
}

/** The clauses of all chapters by id. Throws when two chapters use the same id. */
export function byId(chapters: readonly Clauses[]): ReadonlyMap<string, Requirement> {
  const requirements = new Map<string, Requirement>();
  for (const chapter of chapters) {
    for (const [section, clauses] of Object.entries(chapter)) {
      for (const [id, clause] of Object.entries(clauses)) {
        if (requirements.has(id)) throw new Error(`the requirement id ${id} is used twice`);
        requirements.set(id, typeof clause === 'string' ? { section, behaviour: clause } : { section, ...clause });
      }
    }
  }
  return requirements;
}
