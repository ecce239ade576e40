import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** A program, or what stands in its place. */
export interface FoundProgram {
  readonly path: string;
  /** Why it is not what was looked for. */
  readonly problem?: string;
}

/** The first program of that name on a PATH, else the first thing of that name that is none. A path is looked at as it is. */
export async function findProgram(name: string, path: string): Promise<FoundProgram | undefined> {
  if (isAbsolute(name) || name.includes('/')) return lookAt(resolve(name));
  let other: FoundProgram | undefined;
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const found = await lookAt(join(folder, name));
    if (found?.problem === undefined && found) return found;
    other ??= found;
  }
  return other;
}

async function lookAt(path: string): Promise<FoundProgram | undefined> {
  const facts = await stat(path).catch(() => undefined); // absent, or in a folder that is not for us
  if (!facts) return undefined;
  if (!facts.isFile()) return { path, problem: 'is no program' };
  return access(path, constants.X_OK).then(
    () => ({ path }),
    () => ({ path, problem: 'is not executable' }),
  );
}
