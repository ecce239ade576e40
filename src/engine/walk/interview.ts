import { answerFrom, type Answer, type Question } from '../../contract/question.ts';
import { assertNever } from '../../shared/errors.ts';
import type { OpKey } from '../ports/runtime.ts';
import type { Visit } from './visit.ts';
import type { Stage } from './walk-handler.ts';

export interface Interview {
  /** Of the gate; that of its timeout hangs on it. */
  readonly key: OpKey;
  readonly question: Question;
  /** Called with whatever came, a timeout included: what it means is the asker's business. */
  readonly concluded: (answer: Answer) => void;
}

/** Puts a question of a visit to people and tells of it. Its timeout is a durable timer beside the question. */
export function interview(
  walk: Pick<Stage, 'run' | 'emit' | 'when' | 'drop'>,
  visit: Visit,
  { key: id, question, concluded }: Interview,
): void {
  const askedAt = walk.run.now();
  const gate = walk.run.gate(id, question);
  const asked = { id, stage: visit.node.id, question };
  walk.emit({ type: 'InterviewStarted', ...asked });
  const { timeoutMs } = question;
  const timer = timeoutMs === undefined ? undefined : walk.run.timer(`${id}:timeout`, timeoutMs);
  const conclude = (answer: Answer): void => {
    const told = { ...asked, durationMs: walk.run.now() - askedAt };
    if (answer.kind === 'timeout') walk.emit({ type: 'InterviewTimeout', ...told });
    else walk.emit({ type: 'InterviewCompleted', ...told, answer: { ...answer } });
    concluded(answer);
  };
  walk.when(visit, gate, ({ answer }) => {
    if (timer) walk.drop(timer, 'answered');
    conclude(answer);
  });
  if (timer) {
    walk.when(visit, timer, () => {
      walk.drop(gate, 'timed out');
      conclude({ kind: 'timeout' });
    });
  }
}

/**
 * What an answer chooses: the key of an option, or the text of a free answer; after a timeout, the default. Undefined for
 * an answer that chooses nothing, which approves nothing either.
 */
export function chosenKey(question: Question, answer: Answer): string | undefined {
  switch (answer.kind) {
    case 'choice':
      return isOffered(question, answer.key) ? answer.key : undefined;
    case 'text': {
      const read = answerFrom(question, answer.text);
      return read?.kind === 'text' ? read.text : read && chosenKey(question, read);
    }
    case 'timeout':
      return question.defaultKey;
    case 'invalid':
    case 'skipped':
      return undefined;
    default:
      return assertNever(answer);
  }
}

function isOffered({ type, options }: Question, key: string): boolean {
  if (options.some((option) => option.key === key)) return true;
  return (type === 'YES_NO' || type === 'CONFIRMATION') && (key === 'YES' || key === 'NO');
}
