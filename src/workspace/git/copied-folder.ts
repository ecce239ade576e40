import { existsSync } from 'node:fs';
import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '../../shared/make-folders.ts';
import { createCommit, noObject, ourselves } from './commit-object.ts';
import { noHooks } from './git-environment.ts';
import type { Git } from './git.ts';
import { inFolder } from './on-disk.ts';
import { resolveCommit } from './repository.ts';
import { splitAtNul } from './tree-entry.ts';

export interface CopiedFolder {
  /** A repository without a checkout: worktrees are made of it as of any other. */
  readonly repository: string;
  /** The folder as it is now. */
  readonly head: string;
  /** What a person should know before the run begins. */
  readonly notices: readonly string[];
}

const copyTimeoutMs = 60 * 60_000;
const branch = 'refs/heads/folder';

const megabyte = 1024 * 1024;

/** Files are kept byte for byte, whatever the user's settings and the folder's own attributes say. */
const attributes = '* -text -filter -ident !working-tree-encoding\n';

/**
 * Takes a folder that is no repository into a private one, so that runs work on it as on any other. The folder stays as it
 * is. A second time, what it has become since is one more commit, and only what changed is read.
 * @param copy.place where the private repository lies, or goes
 * @param copy.except folders below the folder that do not belong to it, as our own
 * @param copy.noticeAbove bytes of new files above which people are told; 500 MB unless said
 */
export async function copyFolder(
  git: Git,
  copy: {
    readonly folder: string;
    readonly place: string;
    readonly except?: readonly string[];
    readonly noticeAbove?: number;
  },
): Promise<CopiedFolder> {
  const { folder, place, except = [], noticeAbove = 500 * megabyte } = copy;
  await makeRepository(git, place, except);
  const own = { GIT_DIR: place, GIT_WORK_TREE: folder, GIT_INDEX_FILE: join(place, 'folder-index') };
  const call = { cwd: folder, env: own, config: noHooks, timeoutMs: copyTimeoutMs };
  const listed = splitAtNul(await git.bytes(['ls-files', '-z', '--others', '--exclude-standard'], call));
  const repositories = listed.filter((path) => path.at(-1) === slash);
  const files = listed.filter((path) => path.at(-1) !== slash);
  const notices = [
    ...(await sizeNotice(folder, files, noticeAbove)),
    ...repositories.map((path) => nestedNotice(folder, path)),
  ];
  await git.text(['add', '--update', '--', '.'], call);
  if (files.length > 0) {
    const input = Buffer.concat(files.flatMap((path) => [path, Buffer.of(0)]));
    await git.text(['add', '--pathspec-from-file=-', '--pathspec-file-nul'], { ...call, input });
  }
  const tree = await git.text(['write-tree'], call);
  return { repository: place, head: await commitOf(git, { place, folder, tree }), notices };
}

const slash = '/'.charCodeAt(0);

async function makeRepository(git: Git, place: string, except: readonly string[]): Promise<void> {
  makeFolders(place);
  // A second `init` mends what a first one did not finish. Templates of the user may hold hooks.
  if (!existsSync(join(place, 'HEAD')))
    await git.text(['init', '--quiet', '--bare', '--template=', '--initial-branch=folder', '.'], { cwd: place });
  await mkdir(join(place, 'info'), { recursive: true });
  await writeFile(join(place, 'info/attributes'), attributes);
  await writeFile(join(place, 'info/exclude'), except.map((path) => `/${path}\n`).join(''));
}

async function commitOf(
  git: Git,
  { place, folder, tree }: { readonly place: string; readonly folder: string; readonly tree: string },
): Promise<string> {
  const before = await resolveCommit(git, place, branch);
  if (before !== undefined && (await git.text(['rev-parse', `${before}^{tree}`], { cwd: place })) === tree)
    return before;
  const message = `Files of ${folder}\n`;
  const parents = [before ?? noObject];
  const head = await createCommit(git, { folder: place, tree, parents, message, author: ourselves, signing: 'off' });
  // Two runs may begin at once: then both heads lead to their files, and the later one stays the branch.
  await git.text(['update-ref', '--create-reflog', branch, head], { cwd: place, config: noHooks });
  return head;
}

async function sizeNotice(folder: string, files: readonly Buffer[], above: number): Promise<readonly string[]> {
  let bytes = 0;
  for (const path of files) bytes += (await lstat(inFolder(folder, path)).catch(() => undefined))?.size ?? 0;
  if (bytes <= above) return [];
  const megabytes = Math.ceil(bytes / megabyte);
  return [
    `${folder} is no git repository: ${files.length} files (${megabytes} MB) are copied. A .gitignore keeps out what need not be.`,
  ];
}

function nestedNotice(folder: string, path: Buffer): string {
  return `${join(folder, path.toString('utf8'))} is a git repository of its own and is left out; name it below workspace.repos.`;
}
