import { lstat, readdir } from 'node:fs/promises';
import { join, matchesGlob, relative } from 'node:path';
import { z } from 'zod';
import { onFile } from '../files/file-problem.ts';
import { isInside, placeIn, type Place } from '../files/place.ts';
import { ToolProblem, type ToolServices } from '../tool.ts';
import { zodTool } from '../zod-tool.ts';
import { git } from './git.ts';

const defaultCount = 500;
const mostFiles = 5_000;

export const listFilesTool = zodTool({
  name: 'list-files',
  description:
    'List the files of the working folder or of a folder in it, at any depth, sorted by path. Files that .gitignore names are ' +
    'left out.',
  input: z.strictObject({
    path: z.string().optional().describe('The folder. Default: the working folder.'),
    glob: z.string().optional().describe('Only files whose path or name fits, for example `*.ts` or `src/**/*.css`.'),
    limit: z.int().min(1).max(mostFiles).optional().describe(`Files to list at most. Default: ${defaultCount}.`),
  }),
  access: 'read',
  async run({ path = '.', glob, limit = defaultCount }, services) {
    const place = await placeIn(services.cwd, path);
    const stat = await onFile(place.name, () => lstat(place.path));
    if (!stat.isDirectory()) throw new ToolProblem(`${place.name} is a file, not a folder.`);
    const files = await filesIn(place, services);
    const fitting = glob === undefined ? files : files.filter((file) => fits(file, place.name, glob));
    if (fitting.length === 0) return 'No files.';
    const more = fitting.length - limit;
    return [
      ...fitting.toSorted().slice(0, limit),
      ...(more > 0 ? [`[${more} more; narrow the path or the glob, or raise the limit]`] : []),
    ].join('\n');
  },
});

function fits(file: string, folder: string, glob: string): boolean {
  const below = folder === '.' ? file : file.slice(folder.length + 1);
  return matchesGlob(below, glob.includes('/') ? glob : `**/${glob}`);
}

/** Relative to the working folder. */
async function filesIn(place: Place, services: ToolServices): Promise<readonly string[]> {
  const known = await knownToGit(place, services);
  return known ?? (await walk(place.root, place.path));
}

/** What git tracks or would track; undefined outside of a repository. */
async function knownToGit(place: Place, services: ToolServices): Promise<readonly string[] | undefined> {
  const { exitCode } = await git(services, ['rev-parse', '--is-inside-work-tree'], [128]);
  if (exitCode !== 0) return undefined;
  const list = async (...which: readonly string[]): Promise<readonly string[]> => {
    const { output } = await git(services, ['ls-files', '-z', ...which, '--', `:(literal)${place.name}`]);
    return output.text().split('\0').filter(Boolean);
  };
  const deleted = new Set(await list('--deleted'));
  const files = await list('--cached', '--others', '--exclude-standard');
  return [...new Set(files)].filter((file) => !deleted.has(file));
}

const passedOver: ReadonlySet<string> = new Set(['.git', 'node_modules']);

async function walk(root: string, folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const folders = [folder]; folders.length > 0;) {
    const at = folders.pop() ?? folder;
    for (const entry of await readdir(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (!entry.isDirectory()) files.push(relative(root, path));
      else if (!passedOver.has(entry.name) && isInside(root, path)) folders.push(path);
    }
  }
  return files;
}
