import { setTimeout as delay } from 'node:timers/promises';
import { turnTypes } from '../engine/ports/turns.ts';
import type { Journal } from '../engine/ports/journal.ts';
import { finalStates } from '../contract/run.ts';

/**
 * What became of an answer in a run's inbox: `taken` by the process that walks the run; `refused` by it, as
 * the question was settled before; `kept` for the next one, as nobody walks the run.
 */
export type AnswerVerdict = 'taken' | 'refused' | 'kept';

/** The death of an owner changes nothing in the journal: it is asked after, not watched for. */
const lookEveryMs = 100;

/**
 * Waits until the owner of the run has decided: an answer given in its own process at the same instant may
 * have been faster. An owner that does not move keeps this waiting no longer than it counts as alive.
 * @param inboxSeq number of the answer's entry
 */
export async function verdictOn(journal: Journal, runId: string, inboxSeq: number): Promise<AnswerVerdict> {
  let seenUpTo = 0;
  for (;;) {
    // Asked before the turns are read: what an owner decided before it left is among them.
    const isOwned = (await journal.leaseOf(runId))?.alive ?? false;
    const isOver = finalStates.has((await journal.run(runId))?.state ?? 'created');
    for await (const { seq, type, payload } of journal.turns(runId, { afterSeq: seenUpTo })) {
      seenUpTo = seq;
      if ((payload as { readonly inboxSeq?: number }).inboxSeq !== inboxSeq) continue;
      return type === turnTypes.operationSettled ? 'taken' : 'refused';
    }
    if (isOver) return 'refused';
    if (!isOwned) return 'kept';
    await changeOf(journal, runId);
  }
}

async function changeOf(journal: Journal, runId: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = journal.watch(runId, () => resolve());
  await Promise.race([promise, delay(lookEveryMs)]);
  stop();
}
