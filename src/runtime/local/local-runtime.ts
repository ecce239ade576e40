import type { BlobHash } from '../../engine/ports/journal.ts';
import type { LocalRuntimeOptions } from './options.ts';
import { Owner, type WalkWish } from './owner.ts';
import type { RunHandle } from './run-handle.ts';

export type { LoadedRun, LocalRuntimeOptions } from './options.ts';
export type { RunEnd, RunHandle } from './run-handle.ts';

/** Walks runs in this process, each under its lease, on the journal. Many runs at once share one runtime. */
export class LocalRuntime {
  readonly #options: LocalRuntimeOptions;

  constructor(options: LocalRuntimeOptions) {
    this.#options = options;
  }

  /**
   * Walks a run from wherever its journal stands: a new one from the start, another from its last
   * commit. `done` rejects with `RUN_HELD`, `RUN_DIVERGED`, `RUN_FENCED` or a journal error.
   * @param edited bundle of an edited pipeline to go on with, where the record leads through it (R9)
   */
  walk(runId: string, edited?: BlobHash): RunHandle {
    return this.#walk(runId, { edited });
  }

  #walk(runId: string, wish: Omit<WalkWish, 'walkChild'>): RunHandle {
    const walkChild: WalkWish['walkChild'] = (child, standingChanged) => this.#walk(child, { standingChanged });
    const owner = new Owner(runId, this.#options, { ...wish, walkChild });
    return {
      done: owner.own(),
      pause: () => owner.pause(false),
      suspend: () => owner.pause(true),
      cancel: (reason) => owner.cancel(reason),
      standing: () => owner.standing,
    };
  }
}
