import { z } from 'zod';
import { placeIn } from '../files/place.ts';
import { readText } from '../files/read-text.ts';
import { ToolProblem } from '../tool.ts';
import { zodTool } from '../zod-tool.ts';

/** Characters of one answer: less than a result may have, so that it ends at a line and says how to go on. */
const pageLimit = 28_000;

export const readFileTool = zodTool({
  name: 'read-file',
  description:
    'Read a text file of the working folder. Gives the text exactly as it stands there, without line numbers. A long file is ' +
    'given in parts: a note at the end says which lines were shown and where to go on. Read a file before you change it.',
  input: z.strictObject({
    path: z.string().describe('The file, relative to the working folder.'),
    first_line: z.int().min(1).optional().describe('Where to begin, counted from 1. Default: the first line.'),
    last_line: z.int().min(1).optional().describe('The last line to show. Default: the last line.'),
  }),
  access: 'read',
  async run({ path, first_line: first = 1, last_line: last = Number.MAX_SAFE_INTEGER }, { cwd }) {
    const place = await placeIn(cwd, path);
    const lines = linesOf(await readText(place));
    if (lines.length === 0) return `[${place.name} is empty]`;
    if (first > lines.length) throw new ToolProblem(`${place.name} has only ${lines.length} lines.`);
    if (last < first) throw new ToolProblem(`last_line (${last}) lies before first_line (${first}).`);
    return page(lines, first, Math.min(last, lines.length));
  },
});

/** Lines with their ends. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function page(lines: readonly string[], first: number, last: number): string {
  let text = '';
  let shown = first - 1;
  for (const line of lines.slice(first - 1, last)) {
    if (text.length + line.length > pageLimit) break;
    text += line;
    shown += 1;
  }
  if (shown < first) {
    text = (lines[first - 1] ?? '').slice(0, pageLimit);
    return `${text}\n[line ${first} of ${lines.length} goes on; it is too long to be shown whole]`;
  }
  if (first === 1 && shown === lines.length) return text;
  const more = shown < last ? `; go on with first_line=${shown + 1}` : '';
  return `${text}${text.endsWith('\n') ? '' : '\n'}[lines ${first} to ${shown} of ${lines.length}${more}]`;
}
