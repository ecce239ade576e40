import type { Blake3 } from '../../../shared/hash.ts';
import { fields } from './fields.ts';
import { types, typeVersion } from './types.ts';

/** Types as CXDB's registry takes them. */
export interface TypeBundle {
  readonly id: string;
  /** To be sent as it is: under one id the server takes only these very bytes. */
  readonly json: string;
}

/**
 * Our types for the registry, so that CXDB shows turns by the names of their fields. The id ends in the hash of the
 * types: a bundle that changed is another bundle, and never meets an older one under its name.
 */
export function typeBundle(digest: Blake3): TypeBundle {
  const entries = [...types].map(([type, names]) => {
    const described = names.map((name) => [
      String(fields[name].tag),
      { name, type: fields[name].type, optional: true },
    ]);
    return [type, { versions: { [typeVersion]: { fields: Object.fromEntries(described) } } }] as const;
  });
  const content = { types: Object.fromEntries(entries), enums: {} };
  const id = `dev.orchestra.run.${digest(JSON.stringify(content)).slice(0, 16)}`;
  return { id, json: JSON.stringify({ registry_version: 1, bundle_id: id, ...content }) };
}
