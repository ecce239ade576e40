import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { translateFileError } from '../journal/sqlite/storage-error.ts';
import { makeFolders } from '../shared/make-folders.ts';
import type { Project } from './project.ts';

/** Makes the home, and keeps it out of the project's version control without touching the user's files. */
export async function prepareHome(project: Project): Promise<void> {
  try {
    makeFolders(project.home);
    const ignore = join(project.home, '.gitignore');
    if (!existsSync(ignore)) await writeFile(ignore, '*\n');
  } catch (cause) {
    throw translateFileError(cause, project.home);
  }
}
