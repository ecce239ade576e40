/**
 * The tags of our fields. A tag means the same in all of our types, and CXDB lets none change its type
 * later: what is new gets a new tag.
 */
export const fields = {
  run: { tag: 1, type: 'string' },
  /** Commit order within the journal the run comes from. */
  seq: { tag: 2, type: 'u64' },
  parent: { tag: 3, type: 'u64' },
  branch: { tag: 4, type: 'string' },
  /** Of turns whose type this version has no type for. */
  kind: { tag: 5, type: 'string' },
  version: { tag: 6, type: 'u32' },
  key: { tag: 7, type: 'string' },
  at: { tag: 8, type: 'unix_ms' },
  payload: { tag: 9, type: 'map' },
  payload_json: { tag: 10, type: 'string' },
  pipeline: { tag: 11, type: 'string' },
  /** BLAKE3 of the pipeline, which lies among the server's blobs. */
  bundle: { tag: 12, type: 'string' },
  walk_version: { tag: 13, type: 'u32' },
  cwd: { tag: 14, type: 'string' },
  parent_run: { tag: 15, type: 'string' },
  parent_key: { tag: 16, type: 'string' },
  settings: { tag: 17, type: 'map' },
  settings_json: { tag: 18, type: 'string' },
  fork_run: { tag: 19, type: 'string' },
  fork_turn: { tag: 20, type: 'u64' },
  state: { tag: 21, type: 'string' },
  waiting: { tag: 22, type: 'map' },
  waiting_json: { tag: 23, type: 'string' },
  /** Where CXDB looks for it, in the first turn of a context. */
  context_metadata: { tag: 30, type: 'map' },
} as const satisfies Record<string, FieldType>;

interface FieldType {
  readonly tag: number;
  readonly type: 'string' | 'u32' | 'u64' | 'unix_ms' | 'map';
}

export type FieldName = keyof typeof fields;
