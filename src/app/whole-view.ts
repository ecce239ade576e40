import type { RunView } from '../contract/run-view.ts';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import type { RunFold } from '../journal/folds/run-fold.ts';
import { hydrate } from '../journal/hydrate.ts';

/** The view of a run whose context holds its values themselves, those that lie in blobs included. */
export async function wholeView(journal: Journal, fold: RunFold, row: RunRow): Promise<RunView> {
  const view = fold.view(row);
  // An object stays one.
  return { ...view, context: (await hydrate(journal, view.context)) as RunView['context'] };
}
