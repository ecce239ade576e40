import type { RunView } from '../contract/run-view.ts';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import type { RunFold } from '../journal/folds/run-fold.ts';
import { hydrate } from '../journal/hydrate.ts';
import { isJsonObject } from '../shared/json.ts';
import type { WorkspacePlan } from '../contract/workspace-plan.ts';
import { workspaceScope } from '../workspace/session/scopes.ts';
import { workspaceView } from './workspace/workspace-view.ts';

/** The view of a run whose context holds its values themselves, those that lie in blobs included. */
export async function wholeView(journal: Journal, fold: RunFold, row: RunRow): Promise<RunView> {
  const source = replayedBy(row);
  const plan = await planOf(journal, row);
  const view = plan ? await viewWithWork(journal, fold, row, plan) : fold.view(row);
  return {
    ...view,
    ...(source === undefined ? {} : { replayOf: source }),
    // An object stays one.
    context: (await hydrate(journal, view.context)) as RunView['context'],
  };
}

/** With what it has done in repositories, and where they stood: child pipelines work in its folders, too. */
async function viewWithWork(journal: Journal, fold: RunFold, row: RunRow, plan: WorkspacePlan): Promise<RunView> {
  const { headsOfChildren } = await import('./workspace/standings.ts');
  const heads = await headsOfChildren(journal, row);
  // Until a step works in a repository, it stands where the run began.
  const bases = Object.fromEntries(plan.repositories.map(({ name, base }) => [name, base]));
  const view = fold.view(row, { heads, pathOf: (scope) => workspaceScope(plan, scope) });
  return {
    ...view,
    workspace: workspaceView(plan, fold.workspace, heads),
    turns: view.turns.map((point) => ({ ...point, repos: { ...bases, ...point.repos } })),
  };
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
