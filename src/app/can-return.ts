import type { RunRow } from '../engine/ports/journal.ts';
import { walkVersion } from '../engine/walk/traverse.ts';
import { OrchestraError } from '../shared/errors.ts';
import type { RunSettings } from './settings.ts';

/**
 * Whether a run can be gone on from one of its turns at all: told before anything is recorded.
 * @throws OrchestraError RUN_IS_REPLAY, RUN_OTHER_VERSION
 */
export function assertCanReturn({ id, walkVersion: version }: RunRow, { replayOf }: RunSettings): void {
  if (replayOf !== undefined) {
    throw new OrchestraError('RUN_IS_REPLAY', `run ${id} is a replay of ${replayOf}, in which nothing was done`, {
      hint: `Go on from its source with: orchestra replay ${replayOf} --at T`,
    });
  }
  if (version !== walkVersion) {
    const message = `run ${id} was walked by version ${version} of the walk, and this is version ${walkVersion}`;
    throw new OrchestraError('RUN_OTHER_VERSION', message);
  }
}
