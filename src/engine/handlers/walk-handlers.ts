import type { WalkHandler } from '../walk/walk-handler.ts';
import { fanInHandler } from './fan-in.ts';
import { managerLoopHandler } from './manager-loop.ts';
import { parallelHandler } from './parallel.ts';
import { subPipelineHandler } from './sub-pipeline.ts';
import { waitHumanHandler } from './wait-human.ts';

/** 4.3 and 4.4: nothing to do; goal gates are checked by the walk before the exit is executed. */
const passThrough: WalkHandler = {
  begin: (visit, stage) => stage.finish(visit, { status: 'success' }),
};

/** 4.7: keeps the outcome it received, so that its edges route on the node before it (2.13). */
const conditionalHandler: WalkHandler = {
  begin: (visit, stage) => {
    const { contextUpdates: _, ...received } = visit.strand.lastOutcome;
    stage.finish(visit, { ...received, notes: `Conditional node evaluated: ${visit.node.id}` });
  },
};

/** The handlers that are part of the walk itself. Users add or replace step handlers only (our reading of 4.2). */
export const walkHandlers: ReadonlyMap<string, WalkHandler> = new Map([
  ['start', passThrough],
  ['exit', passThrough],
  ['conditional', conditionalHandler],
  ['wait.human', waitHumanHandler],
  ['parallel', parallelHandler],
  ['parallel.fan_in', fanInHandler],
  ['stack.manager_loop', managerLoopHandler],
  ['sub_pipeline', subPipelineHandler],
]);
