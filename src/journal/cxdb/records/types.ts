import { eventSources } from '../../../contract/event-line.ts';
import { turnTypes } from '../../../engine/ports/turns.ts';
import type { FieldName } from './fields.ts';

/** The first turn of a run in its context: the run itself. */
export const runType = 'dev.orchestra.Run';

/** How a run was left: after the turns up to a sequence number. */
export const runStateType = 'dev.orchestra.RunState';

const turnPrefix = 'dev.orchestra.turn.';
const otherKind = 'Other';

/** All of ours have this version; one of them that gets other fields gets the next. */
export const typeVersion = 1;

/** Turns that this version of Orchestra writes: events, and the mechanics of durability. */
const knownKinds: ReadonlySet<string> = new Set([...Object.keys(eventSources), ...Object.values(turnTypes)]);

/** One type for each kind of turn: a list of turns in CXDB reads as what has happened. */
export function typeOfKind(kind: string): string {
  return `${turnPrefix}${knownKinds.has(kind) ? kind : otherKind}`;
}

export function isKnownKind(kind: string): boolean {
  return knownKinds.has(kind);
}

/** The kind of turn a type means; undefined for types of other programs, `Other` where a field says it. */
export function kindOfType(type: string): string | undefined {
  return type.startsWith(turnPrefix) ? type.slice(turnPrefix.length) : undefined;
}

const turnFields = [
  ...(['run', 'seq', 'parent', 'branch', 'kind', 'version', 'key', 'at', 'payload', 'payload_json'] as const),
] satisfies readonly FieldName[];

/** Every type with its fields. */
export const types: ReadonlyMap<string, readonly FieldName[]> = new Map<string, readonly FieldName[]>([
  [
    runType,
    [
      ...(['run', 'seq', 'at', 'pipeline', 'bundle', 'walk_version', 'cwd', 'parent_run', 'parent_key'] as const),
      ...(['settings', 'settings_json', 'fork_run', 'fork_turn', 'context_metadata'] as const),
    ],
  ],
  [runStateType, ['run', 'seq', 'at', 'state', 'waiting', 'waiting_json']],
  ...[...knownKinds, otherKind].map((kind) => [`${turnPrefix}${kind}`, turnFields] as const),
]);
