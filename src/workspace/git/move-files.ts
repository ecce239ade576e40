import { OrchestraError } from '../../shared/errors.ts';
import { gitFailure, type GitExit } from './git-failure.ts';
import { noHooks } from './git-environment.ts';
import type { Git } from './git.ts';
import { entriesOnDisk } from './on-disk.ts';
import { indexInfo, readDifferences } from './tree-entry.ts';

/** Files of a folder, from those of one tree to those of another. */
export interface FileMove {
  readonly folder: string;
  /** What the files are now, apart from changes nobody has committed. */
  readonly from: string;
  readonly to: string;
}

const moveTimeoutMs = 30 * 60_000;

/**
 * Makes index and files of a folder those of another commit; changes nobody has committed stay where the two commits do not
 * differ. Broken off in the middle and done again, it finds the files it had written already.
 * @throws OrchestraError GIT_CHANGES_IN_THE_WAY where a change would be overwritten; then nothing is
 */
export async function moveFiles(git: Git, move: FileMove): Promise<void> {
  if ((await tryMove(git, move)).exitCode === 0) return;
  await stageWhatIsThere(git, move);
  const exit = await tryMove(git, move);
  if (exit.exitCode === 0) return;
  if (!/overwritten|not uptodate|lose untracked/.test(exit.stderr)) throw gitFailure(argsOf(move), move.folder, exit);
  throw new OrchestraError(
    'GIT_CHANGES_IN_THE_WAY',
    `Files in ${move.folder} have changes that would be lost: ${exit.stderr.trim()}`,
    { details: { folder: move.folder } },
  );
}

function tryMove(git: Git, move: FileMove): Promise<GitExit> {
  return git.run(argsOf(move), { cwd: move.folder, config: noHooks, timeoutMs: moveTimeoutMs });
}

function argsOf({ from, to }: FileMove): readonly string[] {
  return ['read-tree', '-m', '-u', from, to];
}

/** Where a file is what it shall become, the index shall say so: git then has nothing against it. */
async function stageWhatIsThere(git: Git, { folder, from, to }: FileMove): Promise<void> {
  const differing = await git.bytes(['diff-tree', '-r', '-z', '--no-renames', from, to], { cwd: folder });
  const there = await entriesOnDisk(git, folder, readDifferences(differing));
  if (there.length === 0) return;
  await git.text(['update-index', '-z', '--index-info'], { cwd: folder, input: indexInfo(there) });
  await git.run(['update-index', '-q', '--refresh'], { cwd: folder }); // fails where something differs, as it may
}
