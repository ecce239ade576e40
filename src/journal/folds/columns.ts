/** Objects of one type, member by member: of long lists it takes a fraction of the room, and compresses better. */
export type Columns<T> = { readonly [K in keyof T]-?: readonly T[K][] };

/** @param rows plain data; a member that some of them lack is undefined for those */
export function columnsOf<T extends object>(rows: readonly T[]): Columns<T> {
  const names = new Set<keyof T>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name as keyof T);
  return Object.fromEntries(Array.from(names, (name) => [name, rows.map((row) => row[name])])) as unknown as Columns<T>;
}

export function rowsOf<T extends object>(columns: Columns<T>): T[] {
  const named = Object.entries<readonly unknown[]>(columns);
  const count = named[0]?.[1].length ?? 0;
  const rows = Array.from({ length: count }, (): Record<string, unknown> => ({}));
  for (const [name, values] of named) rows.forEach((row, index) => (row[name] = values[index]));
  // Made of rows of this type, member by member.
  return rows as T[];
}
