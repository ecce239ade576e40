import type { RepositoryDifference } from '../../contract/run-difference.ts';
import type { RepositoryView } from '../../contract/run-view.ts';
import type { Journal, RunRow } from '../../engine/ports/journal.ts';
import { foldRun } from '../../journal/folds/run-fold.ts';
import { changesBetween, diffText } from '../../workspace/git/changes.ts';
import { Git } from '../../workspace/git/git.ts';
import { readSettings } from '../settings.ts';
import type { CodeParts } from './return-code.ts';
import { workspaceView } from './workspace-view.ts';

/** Characters of one file's patch. */
const patchSize = 64 * 1024;
/** Files whose patches are told. */
const mostPatched = 200;

/** What two runs made of the repositories they worked in, those of the first before those only the second has. */
export async function compareCode(
  { journal, env }: CodeParts,
  one: RunRow,
  other: RunRow,
): Promise<readonly RepositoryDifference[]> {
  const [here, there] = await Promise.all([repositoriesOf(journal, one), repositoriesOf(journal, other)]);
  const git = new Git({ env });
  const names = new Set([...here.keys(), ...there.keys()]);
  const compared = Array.from(names, (name) => compare(git, name, here.get(name), there.get(name)));
  return Promise.all(compared);
}

async function repositoriesOf(journal: Journal, row: RunRow): Promise<ReadonlyMap<string, RepositoryView>> {
  const { workspace: plan } = await readSettings(journal, row.settings);
  if (!plan) return new Map();
  const { repos } = workspaceView(plan, (await foldRun(journal, row.id)).workspace);
  return new Map(repos.map((repository) => [repository.name, repository]));
}

async function compare(
  git: Git,
  name: string,
  one: RepositoryView | undefined,
  other: RepositoryView | undefined,
): Promise<RepositoryDifference> {
  const commits = { ...(one && { one: one.head }), ...(other && { other: other.head }) };
  if (!one || !other || one.head === other.head || one.path !== other.path) return { name, commits, files: [] };
  const changed = await changesBetween(git, one.path, one.head, other.head);
  const files = changed.map(async ({ path, change }, index) => ({
    path,
    change: change === 'created' ? ('added' as const) : change,
    ...(index < mostPatched && {
      patch: await diffText(git, one.path, one.head, other.head, { limit: patchSize, paths: [path] }),
    }),
  }));
  return { name, commits, files: await Promise.all(files) };
}
