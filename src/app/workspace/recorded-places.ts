import { join } from 'node:path';
import { branchesAround, placeOfKey } from '../../contract/keys.ts';
import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { Journal, RunRow } from '../../engine/ports/journal.ts';
import { readTurn } from '../../journal/folds/recorded-turn.ts';
import { WorkspaceFold } from '../../journal/folds/workspace-fold.ts';
import { wholeTurns } from '../../journal/hydrate.ts';
import type { RecordedPlace } from '../../workspace/cleanup/cleanup-facts.ts';
import { refComponent } from '../../workspace/git/ref-name.ts';
import { mergeFolder } from '../../workspace/session/merge-room.ts';
import { branchName, scopeAround, workspaceScope, worktreeFolder } from '../../workspace/session/scopes.ts';
import { familyOf, type FamilyMember } from './standings.ts';

/**
 * Every folder and branch that a run may have made, with why somebody may want to look at it. Names follow from its plan and
 * from what its journal speaks of: what it had made when it was killed, and could not tell any more, is among them.
 * @param repositoryAt names a repository by one path, whichever of its worktrees the plan names
 */
export async function recordedPlaces(
  journal: Journal,
  row: RunRow,
  plan: WorkspacePlan,
  repositoryAt: (path: string) => string,
): Promise<readonly RecordedPlace[]> {
  const told = new Told();
  for await (const member of familyOf(journal, row)) await told.add(journal, member);
  return plan.repositories.flatMap((repository) => {
    const { name } = repository;
    const path = repositoryAt(repository.path);
    const own = Array.from(told.paths, (scope): RecordedPlace => {
      const keptBecause = told.reasons.get(reasonKey(name, scope));
      return {
        ...{ repository: path, scope, worktree: worktreeFolder(plan, repository, scope) },
        branch: branchName(plan, repository, scope),
        ...(keptBecause !== undefined && { keptBecause }),
      };
    });
    const rooms = Array.from(told.operations, (key): RecordedPlace => ({
      ...{ repository: path, scope: placeOfKey(key).scope },
      worktree: join(mergeFolder(plan, key), refComponent(name)),
      keptBecause: `the merge at ${placeOfKey(key).node} was left in it`,
    }));
    return [...own, ...rooms];
  });
}

/** What the journal says of the folders of a workspace, by branch paths of the run that has it. */
class Told {
  readonly paths = new Set(['']);
  /** Keys of operations, each of which may have been a merge. */
  readonly operations = new Set<string>();
  /** Why somebody may want to look at the folder of a branch, by `reasonKey`. */
  readonly reasons = new Map<string, string>();

  async add(journal: Journal, { row, plan }: FamilyMember): Promise<void> {
    const fold = new WorkspaceFold();
    for await (const turn of wholeTurns(journal, journal.tail(row.id, 0))) {
      const key = turn.branch ?? turn.key;
      if (key !== undefined) this.#operation(key, plan);
      const recorded = readTurn(turn);
      if (recorded?.kind === 'event') fold.add(recorded.event, turn);
    }
    this.#worktrees(fold, plan);
    this.#conflicts(fold, plan);
  }

  #operation(key: string, plan: WorkspacePlan): void {
    this.operations.add(key.replace(/:answered.*$/, ''));
    for (const scope of branchesAround(placeOfKey(key).scope)) this.paths.add(workspaceScope(plan, scope));
  }

  #worktrees(fold: WorkspaceFold, plan: WorkspacePlan): void {
    for (const { repo, scope, uncommitted, merged } of fold.worktrees()) {
      const path = workspaceScope(plan, scope);
      this.paths.add(path);
      if (uncommitted === undefined || merged) continue;
      this.reasons.set(reasonKey(repo, path), 'its run left changes that did not become a commit');
    }
  }

  /** All branches of the fan-out are needed to look at it, and what they were to be merged into. */
  #conflicts(fold: WorkspaceFold, plan: WorkspacePlan): void {
    for (const { repo, scope, merging } of fold.conflicts()) {
      const reason = `the work of ${workspaceScope(plan, merging)} conflicts with what is there, and was not merged`;
      const siblings = fold
        .worktrees()
        .filter((one) => one.repo === repo && !one.merged && isBeside(one.scope, merging));
      for (const one of [scope, merging, ...siblings.map((each) => each.scope)])
        this.reasons.set(reasonKey(repo, workspaceScope(plan, one)), reason);
    }
  }
}

function isBeside(one: string, other: string): boolean {
  return one !== '' && scopeAround(one) === scopeAround(other) && one.split('/').at(-2) === other.split('/').at(-2);
}

function reasonKey(repo: string, path: string): string {
  return JSON.stringify([repo, path]);
}
