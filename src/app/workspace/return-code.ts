import type { ForkPoint, Journal, RunRow } from '../../engine/ports/journal.ts';
import { Git } from '../../workspace/git/git.ts';
import { returnFolders, type Standing } from '../../workspace/session/return-folders.ts';
import type { Environment } from '../configuration/configuration.ts';
import { readSettings } from '../settings.ts';
import { worktreesAt, type FamilyWorktree } from './standings.ts';

export interface CodeParts {
  readonly journal: Journal;
  readonly env: Environment;
}

/**
 * Makes the folders of a run what they were at the turn it goes on from: those of a fork like its source's, those of a run
 * that went back like its own. Done again after a crash, it finds what it did.
 * @param at the turn, and the run that had it
 */
export async function returnCode({ journal, env }: CodeParts, row: RunRow, at: ForkPoint): Promise<void> {
  const { workspace: plan } = await readSettings(journal, row.settings);
  const source = at.runId === row.id ? row : await journal.run(at.runId);
  if (!plan || !source) return;
  const then = await worktreesAt(journal, source, at.turn);
  const left = row.rewinds?.at(-1)?.by;
  // A fork has nothing yet that could be in the way.
  const now = source === row && left !== undefined ? await worktreesAt(journal, row, left - 1) : [];
  const known = new Set(then.map(nameOf));
  await returnFolders({
    git: new Git({ env }),
    plan,
    standings: then.filter(({ merged }) => !merged).map(standingOf),
    later: now.filter((worktree) => !known.has(nameOf(worktree))),
    mark: `${at.turn}-${left ?? at.runId}`,
  });
}

function nameOf({ repo, path }: FamilyWorktree): string {
  return JSON.stringify([repo, path]);
}

function standingOf({ repo, path, head, uncommitted }: FamilyWorktree): Standing {
  return { repo, path, head, ...(uncommitted !== undefined && { uncommitted }) };
}
