/** Compiles only where both types are the same but for `readonly`: `const proven: Same<A, B> = true`. */
export type Same<A, B> = Identical<Plain<A>, Plain<B>>;

type Identical<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** The type with intersections merged and `readonly` taken off, all the way down. */
type Plain<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? number extends T['length']
      ? Plain<Item>[]
      : { -readonly [Index in keyof T]: Plain<T[Index]> }
    : { -readonly [Key in keyof T]: Plain<T[Key]> };
