import type { Json } from '../../shared/json.ts';
import { isReservedKey } from './context-keys.ts';

const engineKeys: ReadonlySet<string> = new Set([
  'outcome',
  'preferred_label',
  'current_node',
  'last_stage',
  'last_response',
]);

/** The part of a context that belongs to the users of a pipeline: what a child is given and gives back. */
export function userContext(entries: Iterable<readonly [string, Json]>): Readonly<Record<string, Json>> {
  return Object.fromEntries([...entries].filter(([key]) => !engineKeys.has(key) && !isReservedKey(key)));
}
