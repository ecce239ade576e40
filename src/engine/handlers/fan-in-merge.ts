import { addUsage } from '../../contract/add-usage.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { textOf } from '../../language/graph/attributes.ts';
import { isMergePolicy } from '../../language/graph/merge-policies.ts';
import type { MergeCall } from '../ports/step.ts';
import type { Visit } from '../walk/visit.ts';
import type { Stage, StepTold } from '../walk/walk-handler.ts';
import { isSuccess, type BranchResult } from './join-policy.ts';

/** What a fan-in has chosen. */
export interface Selection {
  readonly best: BranchResult;
  /** All branches, in their order. */
  readonly results: readonly BranchResult[];
  /** Its outcome where nothing has to be put together. */
  readonly outcome: Outcome;
  readonly told: StepTold;
}

/**
 * Ends a fan-in that has chosen: where branches worked in folders of their own, the step `workspace.merge` puts their
 * work together first, and its status is that of the fan-in. What failed or was cancelled is never part of it.
 */
export function putTogether(visit: Visit, stage: Stage, selection: Selection): void {
  const { outcome, told } = selection;
  const merge = mergeCall(visit, stage, selection);
  if (!merge) return stage.finish(visit, outcome, told);
  if (merge.policy === 'keep_all') {
    return stage.finish(visit, withNote(outcome, 'the work of each branch stays on its own (keep_all)'), told);
  }
  return stage.step(visit, {
    handler: 'workspace.merge',
    part: 'merge',
    merge,
    ended(merged, { usage, ...more }) {
      const sum = usage ? addUsage(told.usage, usage) : told.usage;
      stage.finish(visit, mergedOutcome(outcome, merged), { ...more, ...(sum && { usage: sum }) });
    },
  });
}

/** Undefined where there is nothing to merge: the branches shared a folder, or there were none on the way here. */
function mergeCall({ node, strand }: Visit, stage: Stage, { best, results }: Selection): MergeCall | undefined {
  const { branched } = strand;
  const { mergeBranches: usual, program } = stage;
  if (usual === undefined || !branched || program.fanInOf(branched.fanOut.id) !== node.id) return undefined;
  const policy = [node, branched.fanOut].map((owner) => textOf(owner, 'merge_policy')).find(isMergePolicy) ?? usual;
  const merged = policy === 'pick_best' ? [best] : results.filter(isSuccess);
  return { policy, scopes: merged.map(({ id }) => branched.scopeOf(id)) };
}

/** A choice whose work was put together, or could not be. */
function mergedOutcome(chosen: Outcome, { status, notes, failureReason, contextUpdates }: Outcome): Outcome {
  const whole: Outcome = {
    ...(notes === undefined ? chosen : withNote(chosen, notes)),
    contextUpdates: { ...chosen.contextUpdates, ...contextUpdates },
  };
  if (status === 'success') return whole;
  return { ...whole, status, ...(failureReason !== undefined && { failureReason }) };
}

function withNote(outcome: Outcome, note: string): Outcome {
  return { ...outcome, notes: outcome.notes === undefined ? note : `${outcome.notes}; ${note}` };
}
