import type { PlannedRepository } from '../../contract/workspace-plan.ts';

/** The folders one branch of a run works in. */
export interface Checkout {
  /** Branch path in the run itself, `''` for its own. */
  readonly scope: string;
  /** Where its steps work: in the one repository, or above all of them. */
  readonly folder: string;
  readonly repositories: readonly CheckedOutRepository[];
}

export interface CheckedOutRepository {
  readonly repository: PlannedRepository;
  /** Its worktree. */
  readonly folder: string;
  readonly branch: string;
}
