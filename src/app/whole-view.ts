import type { RunView } from '../contract/run-view.ts';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import type { RunFold } from '../journal/folds/run-fold.ts';
import { hydrate } from '../journal/hydrate.ts';
import { isJsonObject } from '../shared/json.ts';
import type { WorkspacePlan } from '../contract/workspace-plan.ts';
import { workspaceView } from './workspace/workspace-view.ts';

/** The view of a run whose context holds its values themselves, those that lie in blobs included. */
export async function wholeView(journal: Journal, fold: RunFold, row: RunRow): Promise<RunView> {
  const view = fold.view(row);
  const source = replayedBy(row);
  const plan = await planOf(journal, row);
  return {
    ...view,
    ...(source === undefined ? {} : { replayOf: source }),
    ...(plan ? { workspace: workspaceView(plan, fold.workspace), turns: withBases(view.turns, plan) } : {}),
    // An object stays one.
    context: (await hydrate(journal, view.context)) as RunView['context'],
  };
}

/** Until a step works in a repository, it stands where the run began. */
function withBases(turns: RunView['turns'], { repositories }: WorkspacePlan): RunView['turns'] {
  const bases = Object.fromEntries(repositories.map(({ name, base }) => [name, base]));
  return turns.map((turn) => ({ ...turn, repos: { ...bases, ...turn.repos } }));
}

/** Most runs have none, and their settings need not be read for that. */
async function planOf(journal: Journal, { settings }: RunRow): Promise<WorkspacePlan | undefined> {
  if (!isJsonObject(settings) || !('workspace' in settings)) return undefined;
  // Most views are of runs without one, and need no schema.
  const { readSettings } = await import('./settings.ts');
  return (await readSettings(journal, settings)).workspace;
}

/** Short, and so never moved into a blob by itself. */
function replayedBy({ settings }: RunRow): string | undefined {
  const source = isJsonObject(settings) ? settings['replayOf'] : undefined;
  return typeof source === 'string' ? source : undefined;
}
