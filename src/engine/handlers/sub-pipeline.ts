import { listOf, textOf } from '../../language/graph/attributes.ts';
import type { Json } from '../../shared/json.ts';
import { attemptKey } from '../walk/visit.ts';
import type { WalkHandler } from '../walk/walk-handler.ts';
import { userContext } from './child-input.ts';

/**
 * 9.4: runs the pipeline named by `sub_pipeline.dotfile` as a child run and takes its outcome. The child
 * begins with this run's context; of its final context, the keys in `sub_pipeline.outputs` come back.
 */
export const subPipelineHandler: WalkHandler = {
  begin(visit, stage) {
    const path = textOf(visit.node, 'sub_pipeline.dotfile');
    const bundle = path === undefined ? undefined : stage.program.children.get(path);
    if (path === undefined || bundle === undefined) {
      return stage.finish(visit, { status: 'fail', failureReason: 'No sub_pipeline.dotfile specified' });
    }
    const child = stage.run.child(attemptKey(visit), bundle, userContext(visit.strand.context));
    stage.when(visit, child.done, ({ result }) => {
      const outputs = listOf(visit.node, 'sub_pipeline.outputs');
      stage.finish(visit, {
        status: result.state === 'completed' ? result.outcome.status : 'fail',
        contextUpdates: pick(result.context, outputs),
        notes: `Sub-pipeline ${path} ${result.state}`,
        ...(result.outcome.failureReason === undefined ? {} : { failureReason: result.outcome.failureReason }),
      });
    });
  },
};

function pick(context: Readonly<Record<string, Json>>, keys: readonly string[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(context, key) ? [[key, context[key] as Json]] : [])));
}
