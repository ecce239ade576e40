import type { Json } from '../../shared/json.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { BlobRef } from '../ports/journal.ts';

/** True where the journal keeps a large value apart and left a reference in its place. */
export function isLargeValue(value: Json | undefined): value is BlobRef & Json {
  return isJsonObject(value) && typeof value['$blob'] === 'string' && typeof value['bytes'] === 'number';
}
