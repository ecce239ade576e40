import { expect, test } from 'vitest';
import type { Turn } from '../../engine/ports/journal.ts';
import type { Json } from '../../shared/json.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { Replay } from './replay.ts';

let seq = 0;
function turn(type: string, key?: string, payload: Json = {}): Turn {
  seq += 1;
  return { seq, parent: seq - 1, type, version: 1, at: seq * 10, payload, ...(key === undefined ? {} : { key }) };
}

const settled = (key: string): Turn => turn('OperationSettled', key, { kind: 'timer' });
const always = (): boolean => true;

test('what was recorded is given back in order, and then nothing', () => {
  const turns = [turn('OperationStarted', 'a'), settled('a')];
  const replay = new Replay(turns);
  expect(replay.expect({ type: 'OperationStarted', key: 'a' })).toBe(turns[0]);
  expect(replay.nextSettlement(always)).toEqual({ key: 'a', at: turns[1]?.at, payload: { kind: 'timer' } });
  expect(replay.expect({ type: 'OperationStarted', key: 'b' })).toBeUndefined();
  expect(replay.nextSettlement(always)).toBeUndefined();
  replay.assertOver();
});

test('what tells of processes is no part of the walk', () => {
  const replay = new Replay([
    turn('RunResumed'),
    turn('PipelinePaused'),
    turn('AnswerRefused'),
    turn('PipelineEdited'),
    turn('RunEnded'),
  ]);
  replay.assertOver();
});

verifies('durability:R9:first-difference', 'the first difference is named with both sides', () => {
  const differences: readonly (readonly [Turn, (replay: Replay) => void, string, string])[] = [
    [
      turn('OperationStarted', 'a'),
      (replay) => replay.expect({ type: 'OperationStarted', key: 'b' }),
      'OperationStarted a',
      'OperationStarted b',
    ],
    [
      turn('OperationStarted', 'a'),
      (replay) => replay.expect({ type: 'RunWarning', key: undefined }),
      'OperationStarted a',
      'RunWarning',
    ],
    [
      turn('StageStarted', 'a#1', { handler: 'tool' }),
      (replay) => replay.expect({ type: 'StageStarted', key: 'a#1', handler: 'codergen' }),
      'StageStarted a#1 (tool)',
      'StageStarted a#1 (codergen)',
    ],
    [
      turn('OperationStarted', 'a'),
      (replay) => replay.nextSettlement(always),
      'OperationStarted a',
      'nothing more before the next result',
    ],
    [settled('a'), (replay) => replay.nextSettlement((key) => key === 'b'), 'OperationSettled a', 'no such operation'],
    [settled('a'), (replay) => replay.assertOver(), 'OperationSettled a', 'the end of the walk'],
  ];
  for (const [recorded, walk, was, is] of differences) {
    expect(() => walk(new Replay([recorded]))).toThrow(
      expect.objectContaining({ code: 'RUN_DIVERGED', details: { recorded: was, walked: is } }),
    );
  }
});
