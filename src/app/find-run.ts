import type { Journal, RunRow } from '../engine/ports/journal.ts';
import { nearest } from '../language/scan/nearest.ts';
import { OrchestraError } from '../shared/errors.ts';

/** The newest run, children left out. */
export const newestRun = 'last';

/** Ids a misspelled one is compared with. */
const recentRuns = 200;

/** Ids of one day look alike: more than a slip of the hand is another run. */
const slip = 2;

/**
 * The run of an id, of an unambiguous beginning of one, or `last`.
 * @throws OrchestraError RUN_UNKNOWN, with the id that may have been meant
 */
export async function findRun(journal: Journal, idOrPrefix: string): Promise<RunRow> {
  const exact = await journal.run(idOrPrefix);
  if (exact) return exact;
  if (idOrPrefix === newestRun) {
    const [newest] = await journal.runs({ limit: 1 });
    if (newest) return newest;
    throw new OrchestraError('RUN_UNKNOWN', 'there are no runs yet', { hint: 'Start one with: orchestra run FILE' });
  }
  const matches = idOrPrefix === '' ? [] : await journal.runs({ idPrefix: idOrPrefix, withChildren: true });
  const [match, another] = matches;
  if (match && !another) return match;
  if (match)
    throw new OrchestraError('RUN_UNKNOWN', `${matches.length} runs begin with ${idOrPrefix}`, {
      hint: someOf(matches),
    });
  throw new OrchestraError('RUN_UNKNOWN', `there is no run ${idOrPrefix}`, await meant(journal, idOrPrefix));
}

/**
 * The runs of some names, each once.
 * @throws OrchestraError RUN_UNKNOWN; USAGE for a child run, which goes only with its parent
 */
export async function findRootRuns(journal: Journal, names: readonly string[]): Promise<readonly RunRow[]> {
  const rows = await Promise.all(names.map((name) => findRun(journal, name)));
  for (const { id, parent } of rows) {
    if (parent) throw new OrchestraError('USAGE', `run ${id} is part of run ${parent.runId} and goes only with it`);
  }
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

async function meant(journal: Journal, written: string): Promise<{ readonly hint?: string }> {
  const recent = await journal.runs({ withChildren: true, limit: recentRuns });
  const near = nearest(written, [newestRun, ...recent.map(({ id }) => id)], slip);
  return near === undefined ? {} : { hint: `Did you mean \`${near}\`?` };
}

function someOf(matches: readonly RunRow[]): string {
  const shown = matches.slice(0, 3).map(({ id, pipeline }) => `${id} (${pipeline})`);
  return `Write more of the id: ${shown.join(', ')}${matches.length > shown.length ? ', ...' : ''}`;
}
