import type { Journal, RunRow } from '../../engine/ports/journal.ts';
import { BranchEvents } from '../../runtime/local/branch-events.ts';
import { systemClock } from '../../runtime/local/clock.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { thisProcess } from '../../shared/process/identity.ts';
import { readSettings } from '../settings.ts';
import { publishRun, type PublishedRepository, type PublishingParts, type PublishRunRequest } from './publish-run.ts';

/**
 * Publishes a run that nobody walks, and records what went out with it.
 * @param wanted what a person asks for beside what is configured; undefined for what is configured alone
 * @throws OrchestraError RUN_HELD, WORKSPACE_NONE
 */
export async function publishByCommand(
  parts: PublishingParts & { readonly journal: Journal },
  row: RunRow,
  wanted: PublishRunRequest['wanted'],
  signal: AbortSignal,
): Promise<readonly PublishedRepository[]> {
  const { journal } = parts;
  const { workspace: plan } = await readSettings(journal, row.settings);
  if (!plan) throw new OrchestraError('WORKSPACE_NONE', `run ${row.id} worked in ${row.cwd} itself`);
  const lease = await journal.acquire(row.id, thisProcess());
  try {
    const events = new BranchEvents('publish', { journal, lease, clock: systemClock, onTurns: () => undefined });
    return await publishRun(parts, {
      row,
      plan,
      ...(wanted && { wanted }),
      signal,
      emit: (event) => events.emit(event),
    });
  } finally {
    await journal.release(lease);
  }
}
