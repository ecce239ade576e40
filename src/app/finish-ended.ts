import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import { foldRun } from '../journal/folds/fold-run.ts';
import { RunDirectory } from '../journal/run-directory/run-directory.ts';
import { messageOf } from '../shared/errors.ts';
import { isJsonObject } from '../shared/json.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { Project } from './project.ts';
import { readSettings, runFolder, type RunSettings } from './settings.ts';

export interface FinishingParts {
  readonly journal: Journal;
  readonly project: Project;
  readonly configuration: Configuration;
}

/**
 * Does what the last process of an ended run did not live to do: publish what it was to publish, and bring the run directory
 * up to date, which is only a copy (R6). The directory comes last: where it tells of the end, nothing is left to do.
 * @returns what was done of it that people should know, and what could not be done
 */
export async function finishEnded(parts: FinishingParts, row: RunRow): Promise<readonly string[]> {
  if (row.parent) return [];
  const settings = await readSettings(parts.journal, row.settings);
  const folder = runFolder(parts.project.home, row.id, settings);
  // The manifest is written last.
  if ((await shownState(join(folder, 'manifest.json'))) === row.state) return [];
  const published = await publishLeft(parts, row, settings).catch((thrown: unknown) => [
    `what it did could not be published: ${messageOf(thrown)}`,
  ]);
  const directory = new RunDirectory({ journal: parts.journal, folder, pipelineFile: settings.file });
  const problem = await foldRun(parts.journal, row.id)
    .then((fold) => directory.write(row, fold))
    .then(() => undefined, messageOf);
  if (problem === undefined) return published;
  return [...published, `its run directory could not be brought up to date: ${problem}`];
}

/** As a session does at its end. What stands at the remote already is left alone. */
async function publishLeft(
  { journal, configuration }: FinishingParts,
  row: RunRow,
  { workspace: plan }: RunSettings,
): Promise<readonly string[]> {
  if (row.state !== 'completed' || (plan?.repositories ?? []).every(({ push }) => push === 'never')) return [];
  const { publishByCommand } = await import('./workspace/publish-by-command.ts');
  const { signal } = new AbortController();
  const published = await publishByCommand({ journal, configuration }, row, undefined, signal);
  return published.flatMap(({ repo, pushed, problem }) => [
    ...(pushed.length > 0 ? [`what was left to publish of ${repo} is published`] : []),
    ...(problem ? [`${repo} could not be published: ${problem.message}`] : []),
  ]);
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
