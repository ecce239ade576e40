import { finalStates } from '../contract/run.ts';
import type { OpenQuestion } from '../contract/run-view.ts';
import type { RunRow } from '../engine/ports/journal.ts';
import type { Orchestra } from './orchestra.ts';

export interface AskedQuestion {
  /** The run that asks: the one looked at, or a child of it. */
  readonly runId: string;
  readonly question: OpenQuestion;
}

/** The open questions of a run and of the children it waits for, its own first. */
export async function openQuestions(orchestra: Orchestra, row: RunRow): Promise<readonly AskedQuestion[]> {
  const { questions } = await orchestra.view(row);
  const asked = questions.map((question) => ({ runId: row.id, question }));
  for (const child of await orchestra.runs({ parent: row.id, withChildren: true })) {
    if (!finalStates.has(child.state)) asked.push(...(await openQuestions(orchestra, child)));
  }
  return asked;
}
