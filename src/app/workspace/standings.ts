import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { Journal, RunRow } from '../../engine/ports/journal.ts';
import { foldRun } from '../../journal/folds/fold-run.ts';
import type { ToldHeads } from '../../journal/folds/return-point-fold.ts';
import type { RecordedWorktree } from '../../journal/folds/workspace-fold.ts';
import { workspaceScope } from '../../workspace/session/scopes.ts';
import { readSettings } from '../settings.ts';

/** A folder of a workspace, whichever run of the family told of it. */
export interface FamilyWorktree extends RecordedWorktree {
  /** Branch path as the run that has the workspace sees it. */
  readonly path: string;
}

/**
 * The folders of a run and of the child pipelines that work in them, as they stood behind a turn; as they stand now unless
 * one is named. Of several that tell of one folder, the latest counts.
 */
export async function worktreesAt(
  journal: Journal,
  row: RunRow,
  upToSeq = Number.MAX_SAFE_INTEGER,
): Promise<readonly FamilyWorktree[]> {
  const newest = new Map<string, FamilyWorktree>();
  for await (const worktree of toldOf(journal, row, upToSeq)) {
    const key = JSON.stringify([worktree.repo, worktree.path]);
    const known = newest.get(key);
    const later = known && known.seq > worktree.seq ? known : worktree;
    newest.set(key, { ...later, merged: later.merged || (known?.merged ?? false) });
  }
  return [...newest.values()];
}

async function* toldOf(journal: Journal, row: RunRow, upToSeq: number): AsyncGenerator<FamilyWorktree> {
  for await (const member of familyOf(journal, row)) {
    const fold = await foldRun(journal, member.row.id, upToSeq);
    yield* fold.workspace.worktrees().map((worktree) => within(member.plan, worktree));
  }
}

/** A run that works in the folders of a workspace. */
export interface FamilyMember {
  readonly row: RunRow;
  /** Where it works within the workspace. */
  readonly plan: WorkspacePlan;
}

/** Where the child pipelines of a run have left its folders, oldest first. */
export async function headsOfChildren(journal: Journal, row: RunRow): Promise<readonly ToldHeads[]> {
  const told: ToldHeads[] = [];
  let upToSeq = Number.MAX_SAFE_INTEGER;
  for await (const at of lineageOf(journal, row)) {
    const leftBehind = (at.rewinds ?? []).filter(({ by }) => by <= upToSeq);
    const counts = ({ seq }: ToldHeads): boolean =>
      seq <= upToSeq && !leftBehind.some(({ to, by }) => seq > to && seq < by);
    for await (const heads of headsToldByChildren(journal, at)) if (counts(heads)) told.push(heads);
    upToSeq = Math.min(upToSeq, at.forkOf?.turn ?? upToSeq);
  }
  return told.toSorted((a, b) => a.seq - b.seq);
}

async function* headsToldByChildren(journal: Journal, { id }: RunRow): AsyncGenerator<ToldHeads> {
  for (const child of await journal.runs({ parent: id, withChildren: true })) {
    for await (const { row, plan } of familyOf(journal, child)) {
      const { heads } = (await foldRun(journal, row.id)).state.returnPoints;
      yield* heads.map((told) => ({ ...told, path: workspaceScope(plan, told.path) }));
    }
  }
}

/** A run with a workspace, and the child pipelines that work in it, those of the runs it was forked from included. */
export async function* familyOf(journal: Journal, row: RunRow): AsyncGenerator<FamilyMember> {
  const { workspace: plan } = await readSettings(journal, row.settings);
  if (!plan) return;
  yield { row, plan };
  for await (const { id } of lineageOf(journal, row)) {
    for (const child of await journal.runs({ parent: id, withChildren: true })) yield* familyOf(journal, child);
  }
}

/** The run, and those whose turns are its beginning. */
async function* lineageOf(journal: Journal, row: RunRow): AsyncGenerator<RunRow> {
  for (let at: RunRow | undefined = row; at; at = at.forkOf && (await journal.run(at.forkOf.runId))) yield at;
}

function within(plan: WorkspacePlan, worktree: RecordedWorktree): FamilyWorktree {
  return { ...worktree, path: workspaceScope(plan, worktree.scope) };
}
