import { expect, test } from 'vitest';
import type { Turn } from '../../engine/ports/journal.ts';
import type { Json } from '../../shared/json.ts';
import { Progress } from './progress.ts';

function progress(...turns: readonly (readonly [type: string, payload: Json])[]): Progress {
  const made = new Progress();
  for (const [index, [type, payload]] of turns.entries()) {
    const turn: Turn = { seq: index + 1, parent: undefined, type, version: 1, at: 0, payload };
    made.add(turn);
  }
  return made;
}

test('a child that has not begun has done nothing', () => {
  expect(progress().telemetry('created')).toEqual({ status: 'created', completedStages: 0, retries: 0 });
});

test('a supervisor sees the stage at work, what is done and what was tried again', () => {
  const seen = progress(
    ['StageStarted', { name: 'a' }],
    ['StageRetrying', { name: 'a' }],
    ['StageCompleted', { name: 'a' }],
    ['StageStarted', { name: 'b' }],
  );
  expect(seen.telemetry('running')).toEqual({ status: 'running', activeStage: 'b', completedStages: 1, retries: 1 });
  expect(seen.seenUpTo).toBe(4);
});

test('an ended child tells how it ended', () => {
  const ended = progress(
    ['StageStarted', { name: 'a' }],
    ['RunEnded', { state: 'failed', outcome: { status: 'fail', failureReason: 'broken' } }],
  );
  expect(ended.telemetry('failed')).toEqual({
    status: 'failed',
    outcome: 'fail',
    failureReason: 'broken',
    completedStages: 0,
    retries: 0,
  });
});
