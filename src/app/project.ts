import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where a project keeps its things (semantics.md, Policies: Root). */
export interface Project {
  /** Nearest folder upward with `.orchestra/` or `orchestra.yaml`, else the git top level, else the start. */
  readonly root: string;
  /** State lives only here: ORCHESTRA_HOME, else `.orchestra/` of the root. */
  readonly home: string;
}

export function findProject(from: string, env: Readonly<Record<string, string | undefined>>): Project {
  const start = resolve(from);
  const root =
    nearest(start, (folder) => existsSync(join(folder, '.orchestra')) || existsSync(join(folder, 'orchestra.yaml'))) ??
    nearest(start, (folder) => existsSync(join(folder, '.git'))) ??
    start;
  const home = env['ORCHESTRA_HOME'];
  return { root, home: home ? resolve(home) : join(root, '.orchestra') };
}

function nearest(start: string, holds: (folder: string) => boolean): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (holds(folder)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
