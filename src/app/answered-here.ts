import type { Journal } from '../engine/ports/journal.ts';

/** How many questions of a run and its children their own interviewer has answered: where a prepared list of answers goes on. */
export async function answeredHere(journal: Journal, runId: string): Promise<number> {
  let answered = 0;
  for await (const { type, payload } of journal.turns(runId)) {
    // An answer from the inbox came from elsewhere and carries its sequence number.
    const { kind, inboxSeq } = payload as { readonly kind?: string; readonly inboxSeq?: number };
    if (type === 'OperationSettled' && kind === 'gate' && inboxSeq === undefined) answered += 1;
  }
  for (const child of await journal.runs({ parent: runId, withChildren: true }))
    answered += await answeredHere(journal, child.id);
  return answered;
}
