import { z } from 'zod';
import { placeIn } from '../files/place.ts';
import { ToolProblem, type ToolServices } from '../tool.ts';
import { zodTool } from '../zod-tool.ts';
import { git, pathspec } from './git.ts';

const defaultMatches = 200;
const mostMatches = 1_000;
/** Characters of a line that are shown: lines of generated files are longer than anybody reads. */
const lineLimit = 400;

export const searchCodeTool = zodTool({
  name: 'search-code',
  description:
    'Search the text files of the working folder for a pattern, line by line; files that .gitignore names and binary files are ' +
    'left out. Gives `path:line:text` for each line found. The pattern is a POSIX extended regular expression with \\w, \\s ' +
    'and \\b: write [0-9] for a digit, and set literal for text with characters such as ( [ { . * that stand for themselves.',
  input: z.strictObject({
    pattern: z.string().min(1).describe('What to search for; within one line.'),
    literal: z.boolean().optional().describe('Search for the pattern as it stands. Default: false.'),
    ignore_case: z.boolean().optional().describe('Default: false.'),
    path: z.string().optional().describe('A folder or file to search in. Default: the working folder.'),
    glob: z.string().optional().describe('Only files whose path or name fits, for example `*.ts` or `src/**/*.css`.'),
    limit: z.int().min(1).max(mostMatches).optional().describe(`Lines to show at most. Default: ${defaultMatches}.`),
  }),
  access: 'read',
  async run({ pattern, literal, ignore_case: ignoreCase, path = '.', glob, limit = defaultMatches }, services) {
    if (/[\n\0]/.test(pattern))
      throw new ToolProblem('The pattern is searched in single lines and cannot hold a line end.');
    const kind = [literal ? '-F' : '-E', ...(ignoreCase ? ['-i'] : [])];
    const { name } = await placeIn(services.cwd, path);
    const found = await grep(services, [...kind, '-e', pattern, '--', pathspec(name, glob)]);
    return found.length === 0 ? 'Nothing found.' : shown(found, limit);
  },
});

/** Without the index, so that it works outside of repositories, and in files that git does not know yet. Exit code 1: nothing found. */
async function grep(services: ToolServices, args: readonly string[]): Promise<readonly string[]> {
  const { output } = await git(services, ['grep', '--no-index', '--exclude-standard', '--no-color', '-nI', ...args], {
    answers: [1],
  });
  return output.text().split('\n').filter(Boolean);
}

function shown(found: readonly string[], limit: number): string {
  const lines = found
    .slice(0, limit)
    .map((line) => (line.length > lineLimit ? `${line.slice(0, lineLimit)} [line cut]` : line));
  if (found.length > limit)
    lines.push(`[${found.length - limit} more lines; narrow the pattern, the path or the glob]`);
  return lines.join('\n');
}
