import type { NodeVisit, OpenQuestion } from '../contract/run-view.ts';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import { visitKey } from '../contract/keys.ts';
import { foldRun } from '../journal/folds/fold-run.ts';
import { artifactContent } from '../journal/artifacts.ts';
import type { Json } from '../shared/json.ts';
import { assertNode, isIn } from './node-filter.ts';
import { runAt } from './run-at.ts';

export interface NodeDetails {
  readonly visits: readonly NodeVisit[];
  /** Those its visits ask. */
  readonly questions: readonly OpenQuestion[];
  /** What the newest visits left behind, by name, in full: outputs of tools, too, though short ones lie in the context. */
  readonly artifacts: Readonly<Record<string, Json>>;
}

/**
 * The visits of one node, or of one branch, of a run (`isAbout` says how it is named); throws `NODE_UNKNOWN`.
 * @param at shows them as they were at this turn of the run
 */
export async function nodeDetails(journal: Journal, row: RunRow, place: string, at?: number): Promise<NodeDetails> {
  await assertNode(journal, row, place);
  const { fold, row: then } =
    at === undefined ? { fold: await foldRun(journal, row.id), row } : await runAt(journal, row, at);
  const view = fold.view(then);
  const isMeant = isIn(place);
  const visits = view.nodes.filter(({ scope, node, visit }) => isMeant(visitKey(scope, node, visit)));
  const nodes = new Set(visits.map(({ node }) => node));
  const artifacts: Record<string, Json> = {};
  for (const { name } of view.artifacts) {
    const artifact = nodes.has(name.slice(0, name.lastIndexOf('.'))) ? fold.artifact(name) : undefined;
    if (artifact) artifacts[name] = await artifactContent(journal, row.id, artifact);
  }
  for (const node of nodes) {
    const output = view.context[`tools.${node}.output`];
    if (typeof output === 'string' && output !== '') artifacts[`${node}.output`] ??= output;
  }
  return { visits, questions: view.questions.filter(({ id }) => isMeant(id)), artifacts };
}
