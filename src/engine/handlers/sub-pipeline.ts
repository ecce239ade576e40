import { listOf, textOf } from '../../language/graph/attributes.ts';
import type { Json } from '../../shared/json.ts';
import type { WalkHandler } from '../walk/walk-handler.ts';
import { reservedKeyProblem } from './context-keys.ts';

/**
 * 9.4: runs the pipeline named by `sub_pipeline.dotfile` as a child run and takes its outcome. The child
 * begins with this run's context; of its final context, the keys in `sub_pipeline.outputs` come back.
 */
export const subPipelineHandler: WalkHandler = {
  begin(visit, stage) {
    const path = textOf(visit.node, 'sub_pipeline.dotfile');
    if (path === undefined)
      return stage.finish(visit, { status: 'fail', failureReason: 'No sub_pipeline.dotfile specified' });
    const bundle = stage.program.children.get(path);
    if (bundle === undefined) {
      const failureReason = `sub_pipeline.dotfile of ${visit.node.id}: ${path} is not part of this run`;
      return stage.finish(visit, { status: 'fail', failureReason });
    }
    const outputs = listOf(visit.node, 'sub_pipeline.outputs');
    const failureReason = reservedKeyProblem(outputs, `sub_pipeline.outputs of ${visit.node.id}`);
    if (failureReason !== undefined) return stage.finish(visit, { status: 'fail', failureReason });
    return stage.startChild(visit, {
      bundle,
      ended: ({ state, outcome, context }) =>
        stage.finish(visit, {
          status: state === 'completed' ? outcome.status : 'fail',
          contextUpdates: pick(context, outputs),
          notes: `Sub-pipeline ${path} ${state}`,
          ...(outcome.failureReason === undefined ? {} : { failureReason: outcome.failureReason }),
        }),
    });
  },
};

function pick(context: Readonly<Record<string, Json>>, keys: readonly string[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(context, key) ? [[key, context[key] as Json]] : [])));
}
