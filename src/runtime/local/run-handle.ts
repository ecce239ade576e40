import type { WalkResult } from '../../engine/ports/runtime.ts';
import type { Standing } from './waiting.ts';

/** How a walk came to rest in this process. */
export interface RunEnd {
  readonly state: WalkResult['state'] | 'waiting' | 'paused';
  readonly result?: WalkResult;
}

export interface RunHandle {
  readonly done: Promise<RunEnd>;
  /** Lets running steps end for a while, then leaves the run resumable. */
  pause(): void;
  /** Leaves the run resumable at once. */
  suspend(): void;
  cancel(reason: string): void;
  /** Whether it moves, and if not, who could make it. */
  standing(): Standing;
}
