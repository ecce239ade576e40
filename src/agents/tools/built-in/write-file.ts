import { z } from 'zod';
import { placeIn } from '../files/place.ts';
import { assertNoMarks } from '../files/redaction-marks.ts';
import { writeText } from '../files/write-text.ts';
import { zodTool } from '../zod-tool.ts';

export const writeFileTool = zodTool({
  name: 'write-file',
  description:
    'Write a text file of the working folder, with the folders it needs. A file that exists is replaced as a whole: to ' +
    'change a part of one, use edit-file.',
  input: z.strictObject({
    path: z.string().describe('The file, relative to the working folder.'),
    content: z.string().describe('The whole new text of the file.'),
  }),
  access: 'write',
  async run({ path, content }, { cwd }) {
    const place = await placeIn(cwd, path);
    await assertNoMarks(content, place);
    const change = await writeText(place, content);
    const text = `${change.change === 'created' ? 'Created' : 'Replaced'} ${place.name}.`;
    return { text, isError: false, changes: [change] };
  },
});
