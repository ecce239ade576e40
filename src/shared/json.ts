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
 * JSON text with object keys in code-unit order, so that equal values have equal text.
 * Used wherever text is hashed; `undefined` members are left out as in `JSON.stringify`.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isJsonObject(member) ? sortedCopy(member) : member));
}

function sortedCopy(object: JsonObject): JsonObject {
  const copy: Record<string, Json> = Object.create(null) as Record<string, Json>;
  for (const key of Object.keys(object).sort()) copy[key] = object[key] as Json;
  return copy;
}
