import type { Question } from '../../contract/question.ts';
import type { Waiting } from '../../contract/run.ts';
import type { InFlight, Operation } from './in-flight.ts';

/** What a run that does not move needs in order to go on. */
export type Standing =
  /** It works, or time will move it. */
  | 'moving'
  /** A person must answer, and one may answer here. */
  | 'waiting'
  /** A person must answer, and nobody here will. */
  | 'abandoned';

/** What the operations in flight cannot tell themselves. */
export interface Presence {
  /** Whether somebody in this process will answer the question. */
  isAttended(key: string): boolean;
  standingOfChild(runId: string): Standing;
}

/** Timers beside a question carry its key with this suffix (wait.human). */
const timeoutSuffix = ':timeout';

/** What the run waits for when only people and time can move it; nothing while there is work. */
export function waitingFor(inFlight: InFlight, presence: Presence): readonly Waiting[] {
  const items: Waiting[] = [];
  for (const operation of inFlight.all()) {
    const item = waitingOf(operation, inFlight, presence);
    if (item === 'work') return [];
    if (item) items.push(item);
  }
  return items;
}

/**
 * Abandoned is a run whose every operation is a question nobody here answers and no timeout decides, or
 * hangs on such a one. A timeout that is due decides in any case.
 */
export function standingOf(inFlight: InFlight, presence: Presence, now: number): Standing {
  let standing: Standing | undefined;
  for (const operation of inFlight.all()) {
    const { started } = operation;
    if (isQuestionTimeout(operation, inFlight) && started.kind === 'timer' && started.dueAt > now) continue;
    const one = standingOfOne(operation, presence);
    if (one === 'moving') return 'moving';
    if (standing !== 'waiting') standing = one;
  }
  return standing ?? 'moving';
}

function standingOfOne({ key, started }: Operation, presence: Presence): Standing {
  if (started.kind === 'child') return presence.standingOfChild(started.runId);
  if (started.kind !== 'gate') return 'moving';
  return presence.isAttended(key) || decidesItself(started.question) ? 'waiting' : 'abandoned';
}

/** What an operation waits for; `work` when it is none of people's or time's; undefined when another one tells it. */
function waitingOf(operation: Operation, inFlight: InFlight, presence: Presence): Waiting | 'work' | undefined {
  const { key, started, since } = operation;
  switch (started.kind) {
    case 'gate': {
      const { question } = started;
      const timeout = inFlight.get(`${key}${timeoutSuffix}`)?.started;
      const until = timeout?.kind === 'timer' ? { until: timeout.dueAt } : {};
      return {
        for: isAboutBudget(question) ? 'budget' : 'answer',
        key,
        stage: question.stage,
        question: question.text,
        since,
        ...until,
      };
    }
    case 'timer': {
      if (isQuestionTimeout(operation, inFlight)) return undefined;
      const { dueAt: until, reason } = started;
      return { for: 'timer', key, ...(reason !== undefined && { reason }), since, until };
    }
    case 'child': {
      const isMoving = presence.standingOfChild(started.runId) === 'moving';
      return isMoving ? 'work' : { for: 'answer', key, question: `the child run ${started.runId} waits`, since };
    }
    default:
      return 'work';
  }
}

function isQuestionTimeout({ key, started }: Operation, inFlight: InFlight): boolean {
  if (started.kind !== 'timer' || !key.endsWith(timeoutSuffix)) return false;
  return inFlight.get(key.slice(0, -timeoutSuffix.length))?.kind === 'gate';
}

export function isAboutBudget(question: Question): boolean {
  return question.metadata?.['purpose'] === 'budget';
}

function decidesItself(question: Question): boolean {
  return question.timeoutMs !== undefined && question.defaultKey !== undefined;
}
