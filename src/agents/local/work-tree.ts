import { execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { allowedEnvironment } from '../../shared/process/environment.ts';

const run = promisify(execFile);

export interface WorkTreePlace {
  /** A folder in the tree. */
  readonly cwd: string;
  /** A folder of the operation's own, which is still there after a crash. */
  readonly ownFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * How far a git worktree has come from where an operation began. Nothing of the repository moves: states are trees made
 * through an index of their own, so that new files count and ignored ones do not.
 */
export class WorkTree {
  readonly #place: WorkTreePlace;
  readonly #base: string;

  private constructor(place: WorkTreePlace, base: string) {
    this.#place = place;
    this.#base = base;
  }

  /** Where the operation began, also when it begins again after a crash; undefined outside a git worktree. */
  static async open(place: WorkTreePlace): Promise<WorkTree | undefined> {
    const isInside = await git(place, ['rev-parse', '--is-inside-work-tree']).catch(() => '');
    if (isInside !== 'true') return undefined;
    const record = join(place.ownFolder, 'tree-before');
    const recorded = await readFile(record, 'utf8').catch(() => undefined);
    const base = recorded ?? (await treeNow(place));
    if (recorded === undefined) await writeFile(record, base);
    return new WorkTree(place, base);
  }

  /** Lines added and removed so far. A changed file that is no text has no lines: it is named instead. */
  async changes(): Promise<{ readonly lines: number; readonly binary?: string }> {
    const now = await treeNow(this.#place);
    const counted = await git(this.#place, ['diff-tree', '-r', '--no-renames', '--numstat', this.#base, now]);
    let lines = 0;
    for (const row of counted.split('\n')) {
      const [added = '', removed = '', path = ''] = row.split('\t');
      if (added === '-') return { lines, binary: path };
      lines += Number(added) + Number(removed);
    }
    return { lines };
  }
}

async function treeNow(place: WorkTreePlace): Promise<string> {
  const index = join(place.ownFolder, 'index');
  // That of the user knows which files have not changed; a repository without a commit has none yet.
  const own = resolve(place.cwd, await git(place, ['rev-parse', '--git-path', 'index']));
  await copyFile(own, index).catch(() => undefined);
  const root = await git(place, ['rev-parse', '--show-toplevel']);
  await git(place, ['-C', root, 'add', '--all'], { GIT_INDEX_FILE: index });
  return git(place, ['write-tree'], { GIT_INDEX_FILE: index });
}

async function git(
  { cwd, env }: WorkTreePlace,
  args: readonly string[],
  set: Record<string, string> = {},
): Promise<string> {
  const environment = allowedEnvironment({ base: env, set: { GIT_OPTIONAL_LOCKS: '0', ...set } });
  const { stdout } = await run('git', args, { cwd, env: environment, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}
