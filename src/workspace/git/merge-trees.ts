import { gitFailure } from './git-failure.ts';
import { noHooks } from './git-environment.ts';
import type { Git } from './git.ts';
import { splitAtNul, type TreeEntry } from './tree-entry.ts';

/** One side of a file in conflict: 1 what both began with, 2 ours, 3 theirs. */
export interface ConflictSide extends TreeEntry {
  readonly stage: number;
}

export interface MergedTrees {
  /** With conflict markers where there are conflicts. */
  readonly tree: string;
  /** None where the merge is clean. */
  readonly conflicts: readonly ConflictSide[];
}

const mergeTimeoutMs = 10 * 60_000;

/** Merges two commits in the object database; no file and no branch changes. The same commits give the same tree. */
export async function mergeTrees(git: Git, folder: string, ours: string, theirs: string): Promise<MergedTrees> {
  const args = ['merge-tree', '--write-tree', '-z', '--no-messages', ours, theirs];
  const exit = await git.run(args, { cwd: folder, config: noHooks, timeoutMs: mergeTimeoutMs });
  if (exit.exitCode > 1) throw gitFailure(args, folder, exit);
  const [tree = Buffer.of(), ...sides] = splitAtNul(exit.stdout);
  return { tree: tree.toString('latin1'), conflicts: sides.map(sideOf) };
}

/** `MODE ID STAGE TAB PATH` */
function sideOf(line: Buffer): ConflictSide {
  const tab = line.indexOf('\t');
  const [mode = '', id = '', stage = ''] = line.toString('latin1', 0, tab).split(' ');
  return { mode, id, stage: Number(stage), path: line.subarray(tab + 1) };
}

/** Each path in conflict once. */
export function pathsOf(conflicts: readonly ConflictSide[]): readonly Buffer[] {
  return [...new Map(conflicts.map(({ path }) => [path.toString('latin1'), path])).values()];
}
