import { expect } from 'vitest';
import { verifies } from '../../test/support/verifies.ts';
import { runStateSchema } from '../contract/run-view-schema.ts';
import { catalogue } from '../shared/error-catalogue.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';

// Pins: scripts rely on these. A red one asks for a decision, not for another number here.

verifies(
  [
    'machine:exit:success',
    'machine:exit:failed',
    'machine:exit:usage',
    'machine:exit:waiting',
    'machine:exit:cancelled',
  ],
  'exit codes are what they were: by the state a run is left in, and by error',
  () => {
    expect(exitCodes).toEqual({ success: 0, failed: 1, usage: 2, waiting: 3, drifted: 4, cancelled: 130 });
    expect(Object.fromEntries(runStateSchema.options.map((state) => [state, exitCodeOf(state)]))).toEqual({
      completed: 0,
      failed: 1,
      created: 3,
      running: 3,
      waiting: 3,
      paused: 3,
      interrupted: 3,
      cancelled: 130,
    });
    // Whatever is not the fault of the command line, the configuration or the machine.
    const others = Object.entries(catalogue).filter(([, { exit }]) => (exit as number) !== exitCodes.usage);
    expect(Object.fromEntries(others.map(([code, { exit }]) => [code, exit]))).toEqual({
      GIT_BRANCH_MOVED: 1,
      GIT_CHANGES_IN_THE_WAY: 1,
      GIT_HOOK_REFUSED: 1,
      GIT_REMOTE_AHEAD: 1,
      GIT_UNMERGED: 1,
      INTERNAL: 1,
      PIPELINE_INVALID: 1,
      RUN_FENCED: 1,
      WORKTREE_LEFT: 1,
    });
  },
);
