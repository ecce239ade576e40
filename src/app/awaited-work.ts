import { finalStates } from '../contract/run.ts';
import type { NodeVisit } from '../contract/run-view.ts';
import type { RunRow } from '../engine/ports/journal.ts';
import { visitKey } from '../contract/keys.ts';
import type { Orchestra } from './orchestra.ts';

/** A step that is being done. */
export interface AwaitedWork {
  readonly runId: string;
  /** `fan#1/security/scan#1` */
  readonly key: string;
  readonly handler: string;
  readonly startedAt: string;
}

/** What only frames the work of others: it is awaited through them. */
const frames: ReadonlySet<string> = new Set(['parallel', 'sub_pipeline', 'stack.manager_loop']);

/** The steps in flight of a run and of the children it waits for: what a pause gives time to end. */
export async function awaitedWork(orchestra: Orchestra, row: RunRow): Promise<readonly AwaitedWork[]> {
  const { nodes } = await orchestra.view(row);
  const awaited = nodes.filter(isWork).map(({ scope, node, visit, handler, startedAt }) => ({
    runId: row.id,
    key: visitKey(scope, node, visit),
    handler,
    startedAt,
  }));
  for (const child of await orchestra.runs({ parent: row.id, withChildren: true })) {
    if (!finalStates.has(child.state)) awaited.push(...(await awaitedWork(orchestra, child)));
  }
  return awaited;
}

function isWork({ status, handler }: NodeVisit): boolean {
  return status === 'running' && !frames.has(handler);
}
