import type { ForkPoint, Turn } from '../../engine/ports/journal.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { isInherited, type RecordedStart } from './record.ts';
import { processTurns, turnTypes, type OperationStarted } from './turns.ts';

/** Something the walk asks to be recorded. */
export interface Asked {
  readonly type: string;
  readonly key: string | undefined;
  /** Handler type of a stage: a stage done by another kind of handler is another walk (R9). */
  readonly handler?: string | undefined;
}

/** A recorded settlement to hand to the walk again. */
export interface RecordedSettlement {
  readonly key: string;
  readonly at: number;
  readonly payload: Json;
}

/**
 * The recorded part of a segment, read in step with the walk. Whatever the walk emits, starts or
 * drops is checked against the record by type and key (R4, R9); what it gets back are the recorded
 * settlements. When the record is used up, the walk is live.
 */
export class Replay {
  readonly #turns: readonly Turn[];
  #position = 0;

  constructor(turns: readonly Turn[]) {
    this.#turns = turns.filter((turn) => !processTurns.has(turn.type));
  }

  /** Number of the turn that comes next in the record; undefined when the record is used up. */
  get nextSeq(): number | undefined {
    return this.#turns[this.#position]?.seq;
  }

  /** The walk ended: nothing recorded may be left. */
  assertOver(): void {
    const recorded = this.#turns[this.#position];
    if (recorded) throw diverged(describeTurn(recorded), 'the end of the walk');
  }

  /** The record of what the walk asks for; undefined when the record is used up. Throws `RUN_DIVERGED` where it says otherwise. */
  expect(asked: Asked): Turn | undefined {
    const recorded = this.#turns[this.#position];
    if (!recorded) return undefined;
    const handler = handlerOf(recorded);
    if (
      asked.type !== recorded.type ||
      asked.key !== recorded.key ||
      (handler !== undefined && asked.handler !== handler)
    ) {
      throw diverged(describeTurn(recorded), describe(asked));
    }
    this.#position += 1;
    return recorded;
  }

  /** The start of an operation, where it comes next in the record. */
  startOf(key: string, forkOf: ForkPoint | undefined): Omit<RecordedStart, 'since'> | undefined {
    const recorded = this.#turns[this.#position];
    if (recorded?.type !== turnTypes.operationStarted || recorded.key !== key) return undefined;
    // Written by this runtime and kept as it was.
    return { started: recorded.payload as unknown as OperationStarted, isInherited: isInherited(recorded, forkOf) };
  }

  /** The next recorded settlement, of an operation the walk waits for; undefined when the record is used up. */
  nextSettlement(isAwaited: (key: string) => boolean): RecordedSettlement | undefined {
    const recorded = this.#turns[this.#position];
    if (!recorded) return undefined;
    const { key = '', at, payload } = recorded;
    if (recorded.type !== turnTypes.operationSettled)
      throw diverged(describeTurn(recorded), 'nothing more before the next result');
    if (!isAwaited(key)) throw diverged(describeTurn(recorded), 'no such operation');
    this.#position += 1;
    return { key, at, payload };
  }
}

function describeTurn(turn: Turn): string {
  return describe({ type: turn.type, key: turn.key, handler: handlerOf(turn) });
}

function handlerOf(turn: Turn): string | undefined {
  if (turn.type !== 'StageStarted') return undefined;
  const { handler } = turn.payload as { readonly handler?: unknown };
  return typeof handler === 'string' ? handler : undefined;
}

function describe({ type, key, handler }: Asked): string {
  return [type, key, handler === undefined ? undefined : `(${handler})`].filter((part) => part !== undefined).join(' ');
}

function diverged(recorded: string, walked: string): OrchestraError {
  const text = `The pipeline no longer leads through the recorded walk: recorded is ${recorded}, now comes ${walked}.`;
  return new OrchestraError('RUN_DIVERGED', text, { details: { recorded, walked } });
}
