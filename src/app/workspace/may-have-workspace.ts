import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Configuration } from '../configuration/configuration.ts';

/** Whether a run that is started in a folder can have folders of its own; Git is asked for the rest. */
export function mayHaveWorkspace({ workspace }: Pick<Configuration, 'workspace'>, cwd: string): boolean {
  return Object.keys(workspace?.repos ?? {}).length > 0 || isBelowRepository(cwd);
}

function isBelowRepository(folder: string): boolean {
  return existsSync(join(folder, '.git')) || (folder !== dirname(folder) && isBelowRepository(dirname(folder)));
}
