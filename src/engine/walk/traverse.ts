import type { Program } from '../program.ts';
import type { Traversal } from '../ports/runtime.ts';
import { walkHandlers } from '../handlers/walk-handlers.ts';
import { Walk, type WalkOptions } from './walk.ts';

/**
 * Raised whenever the order of operations or events for the same settlements changes: a recorded run
 * is only replayed by the version that wrote it.
 */
export const walkVersion = 1;

/** The traversal of a pipeline: the same function on every runtime, live and in replay. */
export function createTraversal(program: Program, options: Omit<WalkOptions, 'handlers'>): Traversal {
  return async (run) => {
    const walk = new Walk(run, program, { ...options, handlers: walkHandlers });
    walk.begin();
    while (!walk.result) walk.settle(await run.next(walk.operations.inFlight));
    return walk.result;
  };
}
