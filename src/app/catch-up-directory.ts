import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import { foldRun } from '../journal/folds/fold-run.ts';
import { RunDirectory } from '../journal/run-directory/run-directory.ts';
import { isJsonObject } from '../shared/json.ts';
import type { Project } from './project.ts';
import { readSettings, runFolder } from './settings.ts';

/**
 * Brings the run directory of an ended run up to date where its last process died between the end of the run
 * and that of the directory, which is only a copy (R6).
 */
export async function catchUpDirectory(journal: Journal, project: Project, row: RunRow): Promise<void> {
  if (row.parent) return;
  const settings = await readSettings(journal, row.settings);
  const folder = runFolder(project.home, row.id, settings);
  // The manifest is written last.
  if ((await shownState(join(folder, 'manifest.json'))) === row.state) return;
  await new RunDirectory({ journal, folder, pipelineFile: settings.file }).write(row, await foldRun(journal, row.id));
}

/** Undefined where there is no manifest, or none of ours. */
async function shownState(path: string): Promise<unknown> {
  try {
    const manifest: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isJsonObject(manifest) ? manifest['state'] : undefined;
  } catch {
    return undefined;
  }
}
