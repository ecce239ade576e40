import type { RepositoryDifference } from '../../contract/run-difference.ts';
import type { Journal } from '../../engine/ports/journal.ts';
import { changesBetween, diffText } from '../../workspace/git/changes.ts';
import { Git } from '../../workspace/git/git.ts';
import type { ComparedSide } from '../compare-runs.ts';
import { readSettings } from '../settings.ts';
import type { CodeParts } from './return-code.ts';

/** Characters of one file's patch. */
const patchSize = 64 * 1024;
/** Files whose patches are told. */
const mostPatched = 200;

/** What two runs made of the repositories they worked in, those of the first before those only the second has. */
export async function compareCode(
  { journal, env }: CodeParts,
  one: ComparedSide,
  other: ComparedSide,
): Promise<readonly RepositoryDifference[]> {
  const [here, there] = await Promise.all([standings(journal, one), standings(journal, other)]);
  const git = new Git({ env });
  const names = new Set([...here.keys(), ...there.keys()]);
  const compared = Array.from(names, (name) => compare(git, name, here.get(name), there.get(name)));
  return Promise.all(compared);
}

/** Where a run left a repository. */
interface Standing {
  /** Of the repository itself: a view tells the folder it is a copy of. */
  readonly path: string;
  readonly head: string;
}

async function standings(journal: Journal, { row, view }: ComparedSide): Promise<ReadonlyMap<string, Standing>> {
  const { workspace: plan } = await readSettings(journal, row.settings);
  const paths = new Map(plan?.repositories.map(({ name, path }) => [name, path]));
  const repos = view.workspace?.repos ?? [];
  return new Map(repos.map(({ name, path, head }) => [name, { path: paths.get(name) ?? path, head }]));
}

async function compare(
  git: Git,
  name: string,
  one: Standing | undefined,
  other: Standing | undefined,
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
