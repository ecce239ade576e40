import type { ReplayDifference } from '../../contract/replay-difference.ts';

/** Takes a replay off the stage where it first differs from its source. */
export class Diverged extends Error {
  override readonly name = 'Diverged';
  readonly difference: ReplayDifference;

  constructor(difference: ReplayDifference) {
    super(`${difference.what} of ${difference.operation ?? difference.runId}`);
    this.difference = difference;
  }
}

/** The record ends before the walk does: its source was killed, or waits. */
export class RecordOver extends Error {
  override readonly name = 'RecordOver';
}
