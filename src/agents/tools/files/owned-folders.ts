import { sep } from 'node:path';
import { ToolProblem } from '../tool.ts';
import type { Place } from './place.ts';

/** From `.git` programs are run (hooks, settings); `.orchestra` is the memory of the runs. */
const owners: ReadonlySet<string> = new Set(['.git', '.orchestra']);

/** @throws ToolProblem for a place in a folder that nobody but its owner changes */
export function assertNobodysFolder({ name }: Place): void {
  const owner = name.split(sep).find((part) => owners.has(part.toLowerCase()));
  if (owner !== undefined) throw new ToolProblem(`${name} cannot be written: nobody but its owner changes ${owner}.`);
}
