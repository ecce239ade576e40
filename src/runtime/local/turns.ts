import type { OpKey, Settled } from '../../engine/ports/runtime.ts';
import { turnTypes, type OperationSettled } from '../../engine/ports/turns.ts';

export { turnTypes } from '../../engine/ports/turns.ts';
export type {
  AnswerRefused,
  OperationSettled,
  OperationStarted,
  PipelineEdited,
  RunEnded,
  SegmentStarted,
} from '../../engine/ports/turns.ts';

/** Turns that tell of a process, not of the walk: replay passes over them. */
export const processTurns: ReadonlySet<string> = new Set([
  turnTypes.runResumed,
  turnTypes.runRewound,
  turnTypes.inputsChanged,
  turnTypes.runEnded,
  turnTypes.pipelinePaused,
  turnTypes.answerRefused,
  turnTypes.pipelineEdited,
]);

/** The settlement the walk is given, from what the journal kept of it. */
export function settledFrom(key: OpKey, turn: OperationSettled): Settled {
  switch (turn.kind) {
    case 'node':
      return { kind: 'node', key, result: turn.result };
    case 'timer':
      return { kind: 'timer', key };
    case 'gate':
      return { kind: 'gate', key, answer: turn.answer };
    case 'child':
      return { kind: 'child', key, result: turn.result };
    case 'observe':
      return { kind: 'observe', key, telemetry: turn.telemetry };
    case 'send':
      return { kind: 'send', key };
    case 'inbox':
      return { kind: 'inbox', key, command: turn.command };
  }
}
