import { lstat, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { onFile } from '../files/file-problem.ts';
import { placeIn } from '../files/place.ts';
import { ToolProblem, type ToolServices } from '../tool.ts';
import { zodTool } from '../zod-tool.ts';
import { git, pathspec } from './git.ts';

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
    const files = await filesIn(services, pathspec(place.name, glob));
    if (files.length === 0) return 'No files.';
    const more = files.length - limit;
    return [
      ...files.toSorted().slice(0, limit),
      ...(more > 0 ? [`[${more} more; narrow the path or the glob, or raise the limit]`] : []),
    ].join('\n');
  },
});

/** What git tracks or would track; where there is no repository, what it would track in one. Exit code 128: there is none. */
async function filesIn(services: ToolServices, where: string): Promise<readonly string[]> {
  const { exitCode } = await git(services, ['rev-parse', '--is-inside-work-tree'], { answers: [128] });
  if (exitCode === 0) return listed(services, where);
  const lent = await mkdtemp(join(tmpdir(), 'orchestra-list-'));
  try {
    await git(services, ['init', '--quiet', '--bare', '--template=', lent]);
    return await listed(services, where, { GIT_DIR: lent, GIT_WORK_TREE: services.cwd });
  } finally {
    await rm(lent, { recursive: true, force: true });
  }
}

async function listed(
  services: ToolServices,
  where: string,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const list = async (...which: readonly string[]): Promise<readonly string[]> => {
    const { output } = await git(services, ['ls-files', '-z', ...which, '--', where], { env });
    if (!output.complete) throw new ToolProblem('There are too many files to list; narrow the path or the glob.');
    return output.text().split('\0').filter(Boolean);
  };
  const deleted = new Set(await list('--deleted'));
  const files = await list('--cached', '--others', '--exclude-standard');
  return [...new Set(files)].filter((file) => !deleted.has(file));
}
