import type { Outcome } from '../../contract/outcome.ts';
import { flagOf, textOf } from '../../language/graph/attributes.ts';
import { isJsonObject, type Json } from '../../shared/json.ts';
import type { Visit } from '../walk/visit.ts';
import type { Stage, StepTold, WalkHandler } from '../walk/walk-handler.ts';
import { isReservedKey } from './context-keys.ts';
import { putTogether } from './fan-in-merge.ts';
import { askForBest } from './fan-in-person.ts';
import { byMerit, isSuccess, type BranchResult } from './join-policy.ts';

/**
 * 4.9: picks the best branch, by a person or a model where the node says so, else by status, score and id; and puts the
 * work of the branches together.
 */
export const fanInHandler: WalkHandler = {
  begin(visit, stage) {
    const failure = fanOutFailure(visit, stage);
    if (failure) return stage.finish(visit, failure);
    const results = resultsIn(visit.strand.context.get('parallel.results'));
    if (results.length === 0) {
      return stage.finish(visit, { status: 'fail', failureReason: 'No parallel results to evaluate' });
    }
    const candidates = results.filter(isSuccess).toSorted(byMerit);
    if (candidates.length === 0)
      return stage.finish(visit, { status: 'fail', failureReason: allFailed(visit, results) });
    const choose = (id: string | undefined, ranking?: Ranking): void => select(visit, stage, { results, id, ranking });
    if (textOf(visit.node, 'select') === 'person') return askForBest(visit, stage, candidates, choose);
    if (textOf(visit.node, 'prompt') === undefined) return choose(candidates[0]?.id);
    return stage.step(visit, {
      handler: 'parallel.fan_in',
      candidates: candidates.map(({ id }) => id),
      ended(outcome, told) {
        if (outcome.status !== 'success') return stage.finish(visit, outcome, told);
        const chosen = outcome.contextUpdates?.['parallel.fan_in.best_id'];
        return choose(typeof chosen === 'string' ? chosen : undefined, { outcome, told });
      },
    });
  },
};

/** What a model came to. */
interface Ranking {
  readonly outcome: Outcome;
  readonly told: StepTold;
}

interface Choice {
  readonly results: readonly BranchResult[];
  readonly id: string | undefined;
  readonly ranking: Ranking | undefined;
}

function select(visit: Visit, stage: Stage, { results, id, ranking }: Choice): void {
  const told = ranking?.told ?? {};
  const best = results.find((result) => result.id === id && isSuccess(result));
  if (!best) {
    return stage.finish(visit, { status: 'fail', failureReason: `"${id ?? ''}" is none of the candidates` }, told);
  }
  const adopted = flagOf(visit.node, 'adopt_best') ? outcomeOf(best, visit) : undefined;
  const outcome: Outcome = {
    status: 'success',
    ...adopted,
    contextUpdates: {
      ...ranking?.outcome.contextUpdates,
      ...adopted?.contextUpdates,
      'parallel.fan_in.best_id': best.id,
      'parallel.fan_in.best_outcome': best.status,
    },
    notes: `Selected best candidate: ${best.id}`,
  };
  putTogether(visit, stage, { best, results, outcome, told });
}

/** How a branch ended, with all that it set for those after it. */
function outcomeOf({ id, contextUpdates }: BranchResult, { strand }: Visit): Outcome | undefined {
  const ended = strand.branched?.outcomes.get(id);
  const own = Object.entries(contextUpdates).filter(([key]) => !isReservedKey(key));
  return ended && { ...ended, contextUpdates: Object.fromEntries(own) };
}

/** Where the outcome of a branch would be that of the node, why there is none belongs to it. */
function allFailed({ node }: Visit, results: readonly BranchResult[]): string {
  if (!flagOf(node, 'adopt_best')) return 'all candidates failed';
  return `all candidates failed: ${results.map(({ id, notes }) => (notes === '' ? id : `${id}: ${notes}`)).join('; ')}`;
}

/** The failure of the fan-out the walk comes from, which is the fan-in's too (semantics.md, Parallel). */
function fanOutFailure({ strand, previous }: Visit, { program }: Stage): Outcome | undefined {
  if (previous === undefined || program.handlerOf(previous) !== 'parallel') return undefined;
  const { status, failureReason } = strand.lastOutcome;
  return status === 'fail' ? { status, failureReason: failureReason ?? 'the fan-out failed' } : undefined;
}

/** The walk wrote the list itself; a context from elsewhere may hold anything, so items are checked for what is read. */
function resultsIn(value: Json | undefined): readonly BranchResult[] {
  return Array.isArray(value) ? value.filter(isBranchResult) : [];
}

function isBranchResult(item: unknown): item is BranchResult {
  return isJsonObject(item) && typeof item['id'] === 'string' && typeof item['status'] === 'string';
}
