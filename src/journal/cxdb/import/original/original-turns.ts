import { parseForeignJson } from '../../../../shared/foreign-json.ts';
import type { Json } from '../../../../shared/json.ts';
import type { ContextTurn } from '../../http-client.ts';
import { jsonOf, unpackFields } from '../../records/message-pack.ts';

/** The fields of the original system's types (bundle `dev.orchestra.v3`), by their tags. All but the first few are optional. */
const tags = {
  PipelineLifecycle: {
    1: 'pipeline_name',
    2: 'goal',
    3: 'status',
    4: 'duration_ms',
    5: 'error',
    6: 'session_display_id',
    7: 'dot_file_path',
    8: 'graph_hash',
  },
  NodeExecution: {
    1: 'node_id',
    2: 'handler_type',
    3: 'status',
    4: 'prompt',
    5: 'response',
    6: 'outcome',
    7: 'duration_ms',
  },
  Checkpoint: {
    1: 'current_node',
    2: 'completed_nodes',
    3: 'context_snapshot',
    4: 'retry_counters',
    5: 'next_node_id',
    6: 'visited_outcomes',
    7: 'reroute_count',
    8: 'workspace_snapshot',
  },
  AgentTurn: {
    1: 'turn_number',
    2: 'node_id',
    3: 'model',
    4: 'provider',
    5: 'messages',
    6: 'tool_calls',
    7: 'files_written',
    8: 'token_usage',
    9: 'agent_state',
    10: 'git_sha',
    11: 'commit_message',
  },
  WorktreeEvent: {
    1: 'repo_name',
    2: 'branch_id',
    3: 'worktree_path',
    4: 'worktree_branch',
    5: 'branch_ids',
    6: 'merged_sha',
    7: 'status',
  },
  ToolExecution: { 1: 'node_id', 2: 'command', 3: 'exit_code', 4: 'stdout', 5: 'duration_ms' },
  ParallelExecution: {
    1: 'node_id',
    2: 'branch_count',
    3: 'branch_contexts',
    4: 'success_count',
    5: 'failure_count',
    6: 'duration_ms',
    7: 'status',
  },
} as const satisfies Record<string, Readonly<Record<number, string>>>;

export type OriginalKind = keyof typeof tags;

const prefix = 'dev.orchestra.';

export function isOriginalType(type: string): boolean {
  return type.startsWith(prefix) && Object.hasOwn(tags, type.slice(prefix.length));
}

/** A turn of the original system: its fields by their names. */
export interface OriginalTurn {
  readonly kind: OriginalKind;
  readonly fields: OriginalFields;
}

/** Undefined for turns of other types. @throws Error where the payload cannot be read */
export function originalTurn({ type, payload }: Pick<ContextTurn, 'type' | 'payload'>): OriginalTurn | undefined {
  if (!isOriginalType(type)) return undefined;
  // Just looked up.
  const kind = type.slice(prefix.length) as OriginalKind;
  const values = unpackFields(payload);
  const named = Object.entries(tags[kind]).map(([tag, name]) => [name, jsonOf(values.get(Number(tag)))] as const);
  return { kind, fields: new OriginalFields(new Map(named)) };
}

/** Reads fields as what they should be. Whole numbers may come as texts, as CXDB renders them, and lists as text of JSON. */
export class OriginalFields {
  readonly #values: ReadonlyMap<string, Json>;

  constructor(values: ReadonlyMap<string, Json>) {
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  number(name: string): number | undefined {
    return numberOf(this.#values.get(name));
  }

  texts(name: string): readonly string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  }

  object(name: string): { readonly [key: string]: Json } {
    const value = this.#values.get(name);
    // A list has no names.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as { [key: string]: Json })
      : {};
  }

  /** A value that was written as text of JSON. */
  parsed(name: string): Json | undefined {
    const written = this.text(name);
    if (written === undefined) return undefined;
    const read = parseForeignJson(written);
    return 'problem' in read ? written : read.value;
  }
}

export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = Number(value);
  return value !== '' && Number.isFinite(number) ? number : undefined;
}
