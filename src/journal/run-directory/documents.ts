import type { RunRow } from '../../engine/ports/journal.ts';
import type { RunView } from '../../contract/run-view.ts';
import type { Json } from '../../shared/json.ts';
import { isoTime } from '../folds/iso-time.ts';
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
export function manifestFile(row: RunRow, view: RunView, pipelineFile: string | undefined): string {
  return print({
    name: view.pipeline,
    goal: view.goal,
    start_time: view.startedAt,
    end_time: view.endedAt,
    run_id: view.runId,
    parent_run_id: view.parent?.runId,
    state: view.state,
    failure_reason: view.failureReason,
    restarts: view.restarts,
    pipeline_file: pipelineFile,
    bundle: row.bundle,
    cwd: row.cwd,
  });
}

/** Members that are undefined are left out. */
function print(members: Readonly<Record<string, Json | undefined>>): string {
  return `${JSON.stringify(members, undefined, 2)}\n`;
}
