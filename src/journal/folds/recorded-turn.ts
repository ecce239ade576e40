import { isEventType } from '../../contract/event-line.ts';
import type { RunEvent } from '../../contract/event.ts';
import type { Turn } from '../../engine/ports/journal.ts';
import {
  turnTypes,
  type InputsChanged,
  type OperationDropped,
  type OperationSettled,
  type OperationStarted,
  type RunEnded,
} from '../../engine/ports/turns.ts';
import { isJsonObject, type Json } from '../../shared/json.ts';
import { isBlobRef } from '../hydrate.ts';

/** A turn as folds read it. */
export type RecordedTurn =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'started'; readonly key: string; readonly operation: OperationStarted }
  | { readonly kind: 'settled'; readonly key: string; readonly operation: OperationSettled }
  | { readonly kind: 'dropped'; readonly key: string; readonly operation: OperationDropped }
  | { readonly kind: 'inputs'; readonly inputs: InputsChanged['inputs'] }
  | { readonly kind: 'ended'; readonly ended: RunEnded };

/**
 * What a turn says; undefined for types no fold reads, those of later versions included. The payload was
 * written by the walk, a step or the runtime and kept as it was, so its shape is that of its type.
 * Throws where part of that shape was moved into a blob: such a turn must come through `wholeTurn`.
 */
export function readTurn({ type, key, payload }: Turn): RecordedTurn | undefined {
  if (isEventType(type)) {
    assertWhole(type, payload);
    // In this order the engine copies the object in one go; a long run is read in half the time.
    return { kind: 'event', event: { ...(payload as object), type } as RunEvent };
  }
  switch (type) {
    case turnTypes.operationStarted:
      return { kind: 'started', key: key ?? '', operation: payload as unknown as OperationStarted };
    case turnTypes.operationSettled:
      assertWhole(type, payload);
      return { kind: 'settled', key: key ?? '', operation: payload as unknown as OperationSettled };
    case turnTypes.operationDropped:
      return { kind: 'dropped', key: key ?? '', operation: payload as unknown as OperationDropped };
    case turnTypes.inputsChanged:
      return { kind: 'inputs', inputs: (payload as unknown as InputsChanged).inputs };
    case turnTypes.runEnded:
      assertWhole(type, payload);
      return { kind: 'ended', ended: payload as unknown as RunEnded };
    default:
      return undefined;
  }
}

/** Members that folds look into; the keys below these are the users'. */
type Shape = readonly (readonly [member: string, below: Shape])[];
const outcome = ['outcome', [['contextUpdates', []]]] as const;
const readMembers: Shape = [outcome, ['context', []], ['result', [outcome]], ['artifacts', []]];

function assertWhole(type: string, value: Json | undefined, members = readMembers): void {
  if (!isJsonObject(value)) return;
  if (isBlobRef(value)) throw new Error(`a ${type} turn must be read with its shape restored`);
  for (const [name, below] of members) if (name in value) assertWhole(type, value[name], below);
}
