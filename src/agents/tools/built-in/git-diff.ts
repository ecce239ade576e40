import { z } from 'zod';
import { placeIn } from '../files/place.ts';
import { ToolProblem, type ToolServices } from '../tool.ts';
import { zodTool } from '../zod-tool.ts';
import { git, pathspec } from './git.ts';

export const gitDiffTool = zodTool({
  name: 'git-diff',
  description:
    'Show what was changed in the working folder, as a unified diff against the last commit or another one, and list the files that ' +
    'git does not know yet.',
  input: z.strictObject({
    base: z.string().min(1).optional().describe('A commit, branch or tag to compare with. Default: HEAD.'),
    path: z.string().optional().describe('Only this file or folder. Default: the working folder.'),
    stat: z.boolean().optional().describe('Only the names of the files and how many lines changed. Default: false.'),
  }),
  access: 'read',
  async run({ base = 'HEAD', path = '.', stat = false }, services) {
    if (/^-|\0/.test(base)) throw new ToolProblem(`${base} is not the name of a commit.`);
    const { name } = await placeIn(services.cwd, path);
    const where = ['--', pathspec(name)];
    const form = ['--no-color', '--no-ext-diff', '--no-textconv', ...(stat ? ['--stat'] : [])];
    const { output } = await git(services, ['diff', ...form, base, ...where]);
    const parts = [output.text().trimEnd(), await unknownFiles(services, where)].filter(Boolean);
    return parts.length === 0 ? 'No changes.' : parts.join('\n\n');
  },
});

async function unknownFiles(services: ToolServices, where: readonly string[]): Promise<string> {
  const { output } = await git(services, ['ls-files', '--others', '--exclude-standard', ...where]);
  const names = output.text().trimEnd();
  return names === '' ? '' : `Files git does not know yet:\n${names}`;
}
