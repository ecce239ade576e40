import { expect, test } from 'vitest';
import type { Turn } from '../../engine/ports/journal.ts';
import { withoutBrokenTurns } from './whole-turns.ts';

const told = (...types: readonly string[]): readonly Turn[] =>
  types.map((type, index) => ({ seq: index + 1, parent: undefined, type, version: 1, at: 0, payload: {} }));

const left = (turns: readonly Turn[], ...returns: readonly number[]): readonly number[] =>
  withoutBrokenTurns(turns, returns).map(({ seq }) => seq);

const turns = told('AgentSessionStarted', 'AgentText', 'AgentTurnCompleted', 'AgentToolCall', 'AgentToolResult');

test('an operation knows all it has told where its run never went back', () => {
  expect(left(turns)).toEqual([1, 2, 3, 4, 5]);
});

test('a return forgets what was told of a turn that was not over then', () => {
  expect(left(turns, 5)).toEqual([1, 2, 3]);
  expect(left(turns, 4)).toEqual([1, 2, 3, 5]);
  expect(left(turns, 3)).toEqual([1, 2, 3, 4, 5]);
  expect(left(turns, 2)).toEqual([3, 4, 5]);
});

test('what is in a snapshot or merged is done, though nothing says yet that the turn is over', () => {
  expect(left(told('AgentToolCall', 'AgentToolResult', 'WorkspaceSnapshotRecorded', 'AgentText'), 4)).toEqual([
    1, 2, 3,
  ]);
  expect(left(told('WorktreeMergeConflict', 'WorktreeMerged'), 2)).toEqual([1, 2]);
});

test('each return forgets its own, and nothing of what was done since', () => {
  const again = told('AgentToolCall', 'AgentToolCall', 'AgentTurnCompleted', 'AgentToolCall');
  expect(left(again, 1, 4)).toEqual([2, 3]);
});
