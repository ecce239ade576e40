import { textOf } from '../../language/graph/attributes.ts';
import { isJsonObject, type Json } from '../../shared/json.ts';
import type { Visit } from '../walk/visit.ts';
import type { Stage, WalkHandler } from '../walk/walk-handler.ts';
import { byMerit, isSuccess, type BranchResult } from './join-policy.ts';

/** 4.9: picks the best branch, by a model when the node has a prompt, else by status, score and id. */
export const fanInHandler: WalkHandler = {
  begin(visit, stage) {
    const results = resultsIn(visit.strand.context.get('parallel.results'));
    if (results.length === 0) {
      return stage.finish(visit, { status: 'fail', failureReason: 'No parallel results to evaluate' });
    }
    const { lastOutcome } = visit.strand;
    if (lastOutcome.status === 'fail') {
      return stage.finish(visit, { status: 'fail', failureReason: lastOutcome.failureReason ?? 'the fan-out failed' });
    }
    const candidates = results.filter(isSuccess).toSorted(byMerit);
    if (candidates.length === 0) return stage.finish(visit, { status: 'fail', failureReason: 'all candidates failed' });
    if (textOf(visit.node, 'prompt') === undefined) return select(visit, stage, candidates, candidates[0]?.id);
    return stage.step(visit, {
      handler: 'parallel.fan_in',
      candidates: candidates.map(({ id }) => id),
      then(outcome, usage) {
        if (outcome.status !== 'success') return stage.finish(visit, outcome, usage ? { usage } : {});
        const chosen = outcome.contextUpdates?.['parallel.fan_in.best_id'];
        return select(visit, stage, candidates, typeof chosen === 'string' ? chosen : undefined);
      },
    });
  },
};

function select(visit: Visit, stage: Stage, candidates: readonly BranchResult[], id: string | undefined): void {
  const best = candidates.find((candidate) => candidate.id === id);
  if (!best) return stage.finish(visit, { status: 'fail', failureReason: `"${id ?? ''}" is none of the candidates` });
  stage.finish(visit, {
    status: 'success',
    contextUpdates: { 'parallel.fan_in.best_id': best.id, 'parallel.fan_in.best_outcome': best.status },
    notes: `Selected best candidate: ${best.id}`,
  });
}

/** The walk wrote the list itself; a context from elsewhere may hold anything, so items are checked for what is read. */
function resultsIn(value: Json | undefined): readonly BranchResult[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item: Json) => isJsonObject(item) && typeof item['id'] === 'string') as unknown as BranchResult[];
}
