import { dirname, join } from 'node:path';
import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { Journal, RunRow } from '../../engine/ports/journal.ts';
import { Git } from '../../workspace/git/git.ts';
import { returnFolders, type Standing } from '../../workspace/session/return-folders.ts';
import type { Environment } from '../configuration/configuration.ts';
import { readSettings } from '../settings.ts';
import { worktreesAt, type FamilyWorktree } from './standings.ts';

export interface ReturnOfCodeParts {
  readonly journal: Journal;
  readonly env: Environment;
}

/** The plan of a fork: that of its source, in folders and on branches of its own. */
export function forkedPlan(plan: WorkspacePlan, runId: string): WorkspacePlan {
  const [pipeline = ''] = plan.session.split('/');
  return { ...plan, session: `${pipeline}/${runId}`, folder: join(dirname(plan.folder), runId) };
}

/**
 * Makes the folders of a fork, standing where those of its source stood behind a turn.
 * @param fork the new run, whose settings hold its own plan
 */
export async function takeCodeAlong(
  { journal, env }: ReturnOfCodeParts,
  fork: RunRow,
  source: RunRow,
  turn: number,
): Promise<void> {
  const { workspace: plan } = await readSettings(journal, fork.settings);
  if (!plan) return;
  const standings = (await worktreesAt(journal, source, turn)).filter(({ merged }) => !merged).map(standingOf);
  await returnFolders({ git: new Git({ env }), plan, standings, later: [], mark: String(turn) });
}

/** Brings the folders of a run back to where they stood behind one of its turns. To be called before the journal goes back. */
export async function returnCode({ journal, env }: ReturnOfCodeParts, row: RunRow, turn: number): Promise<void> {
  const { workspace: plan } = await readSettings(journal, row.settings);
  if (!plan) return;
  const [then, now] = await Promise.all([worktreesAt(journal, row, turn), worktreesAt(journal, row)]);
  const known = new Set(then.map(({ repo, path }) => JSON.stringify([repo, path])));
  const later = now.filter(({ repo, path }) => !known.has(JSON.stringify([repo, path])));
  const standings = then.filter(({ merged }) => !merged).map(standingOf);
  const last = Math.max(turn, ...now.map(({ seq }) => seq));
  await returnFolders({ git: new Git({ env }), plan, standings, later, mark: `${turn}-${last}` });
}

function standingOf({ repo, path, head, uncommitted }: FamilyWorktree): Standing {
  return { repo, path, head, ...(uncommitted !== undefined && { uncommitted }) };
}
