import type { RunState } from '../contract/run.ts';

/** Exit codes, the same in every command (design.md, "The doors"). */
export const exitCodes = { success: 0, failed: 1, usage: 2, waiting: 3, drifted: 4, cancelled: 130 } as const;

/** The exit code for the state a run was left in. */
export function exitCodeOf(state: RunState): number {
  switch (state) {
    case 'completed':
      return exitCodes.success;
    case 'failed':
      return exitCodes.failed;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'created':
    case 'running':
    case 'waiting':
    case 'paused':
    case 'interrupted':
      return exitCodes.waiting;
  }
}
