import type { RunState } from '../../contract/run.ts';
import { finalStates } from '../../contract/run.ts';
import type { Turn } from '../../engine/ports/journal.ts';
import type { ChildTelemetry } from '../../engine/ports/runtime.ts';
import { turnTypes, type RunEnded } from './turns.ts';

/** What a supervisor sees of a run (4.11), kept up to date turn by turn of its main branch. */
export class Progress {
  #seenUpTo = 0;
  #activeStage: string | undefined;
  #completedStages = 0;
  #retries = 0;
  #ended: RunEnded | undefined;

  /** Number of the last turn seen. */
  get seenUpTo(): number {
    return this.#seenUpTo;
  }

  add(turn: Turn): void {
    this.#seenUpTo = turn.seq;
    if (turn.type === 'StageStarted') this.#activeStage = (turn.payload as { readonly name: string }).name;
    if (turn.type === 'StageCompleted') this.#completedStages += 1;
    if (turn.type === 'StageRetrying') this.#retries += 1;
    // Written by this runtime and kept as it was; only an outcome too large to be true is a reference.
    if (turn.type === turnTypes.runEnded) this.#ended = turn.payload as unknown as RunEnded;
  }

  telemetry(state: RunState): ChildTelemetry {
    const ended = this.#ended;
    return {
      status: ended?.state ?? (finalStates.has(state) ? 'interrupted' : state),
      completedStages: this.#completedStages,
      retries: this.#retries,
      ...(this.#activeStage === undefined || ended ? {} : { activeStage: this.#activeStage }),
      ...(ended ? { outcome: ended.outcome.status } : {}),
      ...(ended?.outcome.failureReason === undefined ? {} : { failureReason: ended.outcome.failureReason }),
    };
  }
}
