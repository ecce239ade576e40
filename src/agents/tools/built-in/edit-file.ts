import { z } from 'zod';
import { placeIn } from '../files/place.ts';
import { readText } from '../files/read-text.ts';
import { assertNoMarks } from '../files/redaction-marks.ts';
import { writeText } from '../files/write-text.ts';
import { ToolProblem } from '../tool.ts';
import { zodTool } from '../zod-tool.ts';

export const editFileTool = zodTool({
  name: 'edit-file',
  description:
    'Change a part of a text file: old_text is replaced by new_text. old_text must stand in the file exactly once, every space ' +
    'and line end the same; take enough of the lines around it to make it unique. With replace_all every place is changed.',
  input: z.strictObject({
    path: z.string().describe('The file, relative to the working folder.'),
    old_text: z.string().min(1).describe('The text to replace, exactly as it stands in the file.'),
    new_text: z.string().describe('What shall stand there instead.'),
    replace_all: z.boolean().optional().describe('Replace every occurrence instead of the only one. Default: false.'),
  }),
  access: 'write',
  async run({ path, old_text, new_text, replace_all = false }, { cwd }) {
    const place = await placeIn(cwd, path);
    const text = await readText(place);
    const [before, after] = inTheLineEndsOf(text, old_text, new_text);
    const places = occurrences(text, before);
    if (before === after) throw new ToolProblem('old_text and new_text are the same.');
    if (places.length === 0) throw new ToolProblem(notFound(place.name));
    if (places.length > 1 && !replace_all) throw new ToolProblem(ambiguous(text, places, place.name));
    await assertNoMarks(after, place);
    const change = await writeText(place, text.split(before).join(after));
    const count = places.length === 1 ? '1 place' : `${places.length} places`;
    return { text: `Changed ${count} in ${place.name}.`, isError: false, changes: [change] };
  },
});

/** Models write `\n`; a file whose lines end otherwise keeps its own ends. */
function inTheLineEndsOf(text: string, ...parts: readonly [string, string]): readonly [string, string] {
  const [before, after] = parts;
  const foreign = text.includes('\r\n') && !before.includes('\r') && before.includes('\n') && !text.includes(before);
  return foreign ? [before.replaceAll('\n', '\r\n'), after.replaceAll(/\r?\n/g, '\r\n')] : [before, after];
}

/** Offsets of a text in another, none inside another. */
function occurrences(text: string, part: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}

function notFound(name: string): string {
  return `old_text stands 0 times in ${name}. Read the file again: every space and line end must be the same.`;
}

const mostLinesNamed = 10;

function ambiguous(text: string, places: readonly number[], name: string): string {
  const lines = places.slice(0, mostLinesNamed).map((at) => text.slice(0, at).split('\n').length);
  const more = places.length > mostLinesNamed ? ', ...' : '';
  return (
    `old_text stands ${places.length} times in ${name} (lines ${lines.join(', ')}${more}) and must stand there once. ` +
    'Take more of the lines around it, or set replace_all.'
  );
}
