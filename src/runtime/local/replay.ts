import type { Turn } from '../../engine/ports/journal.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { processTurns, turnTypes, type OperationSettled } from './turns.ts';

/** A recorded settlement to hand to the walk again. */
export interface RecordedSettlement {
  readonly key: string;
  readonly at: number;
  readonly turn: OperationSettled;
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

  get isOver(): boolean {
    return this.#position >= this.#turns.length;
  }

  /** The walk ended: nothing recorded may be left. */
  assertOver(): void {
    const recorded = this.#turns[this.#position];
    if (recorded) throw diverged(describeTurn(recorded), 'the end of the walk');
  }

  /** The walk asks for something; true when the record has it, false when the record is used up. */
  expect(type: string, key: string | undefined, handler?: string): boolean {
    const recorded = this.#turns[this.#position];
    if (!recorded) return false;
    const wanted = handlerOf(recorded);
    if (type !== recorded.type || key !== recorded.key || (wanted !== undefined && handler !== wanted)) {
      throw diverged(describeTurn(recorded), describe({ type, key, handler }));
    }
    this.#position += 1;
    return true;
  }

  /** The next recorded settlement, of an operation the walk waits for; undefined when the record is used up. */
  nextSettlement(isAwaited: (key: string) => boolean): RecordedSettlement | undefined {
    const recorded = this.#turns[this.#position];
    if (!recorded) return undefined;
    if (recorded.type !== turnTypes.operationSettled) {
      throw diverged(describeTurn(recorded), 'nothing more before the next result');
    }
    if (!isAwaited(recorded.key ?? '')) throw diverged(describeTurn(recorded), 'no such operation');
    this.#position += 1;
    // Written by this runtime and kept as it was.
    return { key: recorded.key ?? '', at: recorded.at, turn: recorded.payload as unknown as OperationSettled };
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

function describe(step: { readonly type: string; readonly key: string | undefined; readonly handler: string | undefined }): string {
  const handler = step.handler === undefined ? '' : ` (${step.handler})`;
  return `${step.type} ${step.key ?? ''}${handler}`.trim();
}

function diverged(recorded: string, walked: string): OrchestraError {
  return new OrchestraError('RUN_DIVERGED', `the pipeline no longer leads through the recorded walk: recorded ${recorded}, now ${walked}`, {
    details: { recorded, walked },
  });
}
