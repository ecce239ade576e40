/** A JSON value: what the journal keeps and what the wire carries. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** True for a plain JSON object (not an array, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An object with one member for each entry, however many: `Object.fromEntries` describes the shape of the object anew
 * for each of the first thousand, which takes megabytes. It has no prototype, so that `__proto__` is a key like others.
 */
export function dictionaryOf<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  const dictionary = Object.create(null) as Record<string, T>;
  for (const [key, value] of entries) dictionary[key] = value;
  return dictionary;
}

/**
 * JSON text with object keys in code-unit order, so that equal values have equal text.
 * Used wherever text is hashed; `undefined` members are left out as in `JSON.stringify`.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isJsonObject(member) ? sortedCopy(member) : member));
}

/** The value as JSON brings it back: a copy that shares nothing with it, without what JSON cannot say. */
export function throughJson<T extends Json>(value: T): T {
  if (typeof value === 'string') return value;
  return JSON.parse(JSON.stringify(value)) as T;
}

function sortedCopy(object: JsonObject): JsonObject {
  return dictionaryOf(
    Object.keys(object)
      .sort()
      .map((key) => [key, object[key] as Json] as const),
  );
}
