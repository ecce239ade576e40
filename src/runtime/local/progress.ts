import type { RunState } from '../../contract/run.ts';
import { finalStates } from '../../contract/run.ts';
import type { Turn } from '../../engine/ports/journal.ts';
import type { ChildTelemetry } from '../../engine/ports/runtime.ts';
import { turnTypes, type RunEnded } from './turns.ts';

/** What a supervisor sees of a run (4.11), kept up to date turn by turn. */
export class Progress {
  #activeStage: string | undefined;
  #completedStages = 0;
  #retries = 0;
  #ended: RunEnded | undefined;

  add(turns: Iterable<Turn>): void {
    for (const turn of turns) this.#addOne(turn);
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

  #addOne(turn: Turn): void {
    if (turn.branch !== undefined) return;
    if (turn.type === 'StageStarted') this.#activeStage = (turn.payload as { readonly name: string }).name;
    if (turn.type === 'StageCompleted') this.#completedStages += 1;
    if (turn.type === 'StageRetrying') this.#retries += 1;
    // Written by this runtime and kept as it was.
    if (turn.type === turnTypes.runEnded) this.#ended = turn.payload as unknown as RunEnded;
  }
}
