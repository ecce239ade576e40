import type { RunRow } from '../../engine/ports/journal.ts';
import type { Json } from '../../shared/json.ts';
import { isoTime } from '../folds/iso-time.ts';
import type { RunOutline } from '../folds/run-fold.ts';
import type { Checkpoint } from '../folds/segment-fold.ts';

/** `checkpoint.json` (5.3), with the run and segment it belongs to. `context` is the hydrated one. */
export function checkpointFile(runId: string, checkpoint: Checkpoint, context: Json): string {
  const { at, currentNode, completedNodes, nodeRetries, logs, restart } = checkpoint;
  return print({
    timestamp: at === undefined ? undefined : isoTime(at),
    current_node: currentNode,
    completed_nodes: completedNodes,
    node_retries: nodeRetries,
    context,
    logs,
    run_id: runId,
    restart,
  });
}

/** `manifest.json` (5.6): name, goal and start time, and what finds the run again. */
export function manifestFile(row: RunRow, run: RunOutline, pipelineFile: string | undefined): string {
  return print({
    name: run.pipeline,
    goal: run.goal,
    start_time: run.startedAt,
    end_time: run.endedAt,
    run_id: run.runId,
    parent_run_id: run.parent?.runId,
    state: run.state,
    failure_reason: run.failureReason,
    restarts: run.restarts,
    pipeline_file: pipelineFile,
    bundle: row.bundle,
    cwd: row.cwd,
  });
}

/** Members that are undefined are left out. */
function print(members: Readonly<Record<string, Json | undefined>>): string {
  return `${JSON.stringify(members, undefined, 2)}\n`;
}
