import type { RunView } from '../contract/run-view.ts';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import type { RunFold } from '../journal/folds/run-fold.ts';
import { hydrate } from '../journal/hydrate.ts';
import { isJsonObject } from '../shared/json.ts';

/** The view of a run whose context holds its values themselves, those that lie in blobs included. */
export async function wholeView(journal: Journal, fold: RunFold, row: RunRow): Promise<RunView> {
  const view = fold.view(row);
  const source = replayedBy(row);
  return {
    ...view,
    ...(source === undefined ? {} : { replayOf: source }),
    // An object stays one.
    context: (await hydrate(journal, view.context)) as RunView['context'],
  };
}

/** Short, and so never moved into a blob by itself. */
function replayedBy({ settings }: RunRow): string | undefined {
  const source = isJsonObject(settings) ? settings['replayOf'] : undefined;
  return typeof source === 'string' ? source : undefined;
}
