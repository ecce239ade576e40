import type { RunEntry } from '../../contract/command-documents.ts';
import type { Waiting } from '../../contract/run.ts';
import type { RunRow } from '../../engine/ports/journal.ts';

/** A run as lists print it for programs. */
export function runEntry({ id, pipeline, state, waiting, at, updatedAt, cwd, parent, forkOf }: RunRow): RunEntry {
  return {
    runId: id,
    pipeline,
    state,
    startedAt: iso(at),
    updatedAt: iso(updatedAt),
    cwd,
    ...(parent ? { parent } : {}),
    ...(forkOf ? { forkOf } : {}),
    waiting: (waiting ?? []).map(waitingEntry),
  };
}

function waitingEntry({ since, until, ...item }: Waiting): RunEntry['waiting'][number] {
  return { ...item, since: iso(since), ...(until === undefined ? {} : { until: iso(until) }) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
