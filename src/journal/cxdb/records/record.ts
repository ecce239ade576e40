import { z } from 'zod';
import type { RunState, Waiting } from '../../../contract/run.ts';
import type { NewRun, RunRow, Turn } from '../../../engine/ports/journal.ts';
import type { Json } from '../../../shared/json.ts';
import { parentContextIn } from './context-metadata.ts';
import { exactJson, readExactJson } from './exact-json.ts';
import { fields, type FieldName } from './fields.ts';
import { packFields, unpackFields, whole, type Packable, type PackableMap } from './message-pack.ts';
import { isKnownKind, kindOfType, runStateType, runType, typeOfKind, typeVersion } from './types.ts';

/** A turn of a context as it is sent. */
export interface EncodedRecord {
  readonly type: string;
  readonly version: number;
  readonly payload: Buffer;
}

/** What a turn of a context of ours says. `seq`: everything up to there is part of the context. */
export type ContextRecord = RunRecord | TurnRecord | StateRecord;

export interface RunRecord {
  readonly kind: 'run';
  readonly run: string;
  readonly seq: number;
  readonly row: Omit<NewRun, 'settings'> & { readonly settings: Json };
  /** The context this one comes from, as `contextMetadata` told it. */
  readonly parentContext?: string;
}

export interface TurnRecord {
  readonly kind: 'turn';
  readonly run: string;
  readonly seq: number;
  readonly turn: Turn;
}

export interface StateRecord {
  readonly kind: 'state';
  readonly run: string;
  readonly seq: number;
  readonly at: number;
  readonly state: RunState;
  readonly waiting?: readonly Waiting[];
}

/** @param metadata for CXDB, see `contextMetadata` */
export function encodeRun(row: RunRow, seq: number, metadata: PackableMap): EncodedRecord {
  const settings = exactJson(row.settings);
  return encoded(runType, {
    run: row.id,
    seq: whole(seq),
    at: whole(row.at),
    pipeline: row.pipeline,
    bundle: row.bundle,
    walk_version: row.walkVersion,
    cwd: row.cwd,
    parent_run: row.parent?.runId,
    parent_key: row.parent?.key,
    settings: settings.value,
    settings_json: settings.text,
    fork_run: row.forkOf?.runId,
    fork_turn: row.forkOf && whole(row.forkOf.turn),
    context_metadata: metadata,
  });
}

export function encodeTurn(run: string, turn: Turn): EncodedRecord {
  const payload = exactJson(turn.payload);
  return encoded(typeOfKind(turn.type), {
    run,
    seq: whole(turn.seq),
    parent: turn.parent === undefined ? undefined : whole(turn.parent),
    branch: turn.branch,
    kind: isKnownKind(turn.type) ? undefined : turn.type,
    version: turn.version,
    key: turn.key,
    at: whole(turn.at),
    payload: payload.value,
    payload_json: payload.text,
  });
}

export function encodeState({ run, seq, at, state, waiting }: Omit<StateRecord, 'kind'>): EncodedRecord {
  // Plain data by its type.
  const exact = waiting && exactJson(waiting as unknown as Json);
  return encoded(runStateType, {
    run,
    seq: whole(seq),
    at: whole(at),
    state,
    waiting: exact?.value,
    waiting_json: exact?.text,
  });
}

function encoded(type: string, values: Partial<Record<FieldName, Packable | undefined>>): EncodedRecord {
  // The keys of the literal above are names of fields.
  const named = Object.entries(values) as [FieldName, Packable | undefined][];
  const payload = packFields(named.map(([name, value]) => [fields[name].tag, value]));
  return { type, version: typeVersion, payload };
}

const seq = z.int().nonnegative();
const recorded = z.looseObject({ run: z.string(), seq, at: z.number() });
const recordedRun = recorded.extend({
  pipeline: z.string(),
  bundle: z.string().regex(/^[0-9a-f]{64}$/),
  walk_version: z.int(),
  cwd: z.string(),
  parent_run: z.string().optional(),
  parent_key: z.string().optional(),
  fork_run: z.string().optional(),
  fork_turn: seq.optional(),
});
const recordedTurn = recorded.extend({
  parent: seq.optional(),
  branch: z.string().optional(),
  kind: z.string().optional(),
  version: z.int(),
  key: z.string().optional(),
});
const states = ['created', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled', 'interrupted'] as const;
const recordedState = recorded.extend({ state: z.enum(states) });

/**
 * Reads a turn of a context; undefined for types of other programs.
 * @throws Error where one of our types does not have its form
 */
export function decodeRecord({ type, payload }: Pick<EncodedRecord, 'type' | 'payload'>): ContextRecord | undefined {
  const kind = kindOfType(type);
  if (kind === undefined && type !== runType && type !== runStateType) return undefined;
  const values = namedFields(payload);
  if (kind !== undefined) return turnRecord(kind, values);
  return type === runType ? runRecord(values) : stateRecord(values);
}

type Values = Partial<Record<FieldName, unknown>>;

function namedFields(payload: Uint8Array): Values {
  const byTag = unpackFields(payload);
  return Object.fromEntries(Object.entries(fields).map(([name, { tag }]) => [name, byTag.get(tag)]));
}

function turnRecord(typeKind: string, values: Values): TurnRecord {
  const { run, seq: number, parent, branch, kind = typeKind, version, key, at } = recordedTurn.parse(values);
  const turn = {
    seq: number,
    parent,
    ...(branch !== undefined && { branch }),
    type: kind,
    version,
    ...(key !== undefined && { key }),
    at,
    payload: readExactJson(values.payload, values.payload_json),
  };
  return { kind: 'turn', run, seq: number, turn };
}

function runRecord(values: Values): RunRecord {
  const { run, seq: base, at, ...row } = recordedRun.parse(values);
  const parentContext = parentContextIn(values.context_metadata);
  const { parent_run: parentRun, parent_key: parentKey, fork_run: forkRun, fork_turn: forkTurn } = row;
  return {
    kind: 'run',
    run,
    seq: base,
    row: {
      id: run,
      pipeline: row.pipeline,
      bundle: row.bundle,
      walkVersion: row.walk_version,
      cwd: row.cwd,
      ...(parentRun !== undefined && parentKey !== undefined && { parent: { runId: parentRun, key: parentKey } }),
      settings: readExactJson(values.settings, values.settings_json),
      ...(forkRun !== undefined && forkTurn !== undefined && { forkOf: { runId: forkRun, turn: forkTurn } }),
      at,
    },
    ...(parentContext !== undefined && { parentContext }),
  };
}

function stateRecord(values: Values): StateRecord {
  const { run, seq: upTo, at, state } = recordedState.parse(values);
  const hasWaiting = values.waiting !== undefined || values.waiting_json !== undefined;
  // Written by `encodeState` from the same type.
  const waiting = readExactJson(values.waiting, values.waiting_json) as unknown as readonly Waiting[];
  return { kind: 'state', run, seq: upTo, at, state, ...(hasWaiting && { waiting }) };
}
