import { ToolProblem } from '../tool.ts';
import type { Place } from './place.ts';
import { readText } from './read-text.ts';

const mark = /\[redacted:[^\]\n]*\]/;

/**
 * Models see `[redacted:NAME]` where a file holds a secret. Written back, the mark would take the place of the secret.
 * @throws ToolProblem for a text that holds a mark, where the file of that place is a text without it
 */
export async function assertNoMarks(written: string, place: Place): Promise<void> {
  const found = mark.exec(written)?.[0];
  if (found === undefined) return;
  const before = await textThere(place);
  if (before === undefined || before.includes(found)) return;
  throw new ToolProblem(`${found} stands for a secret that is not shown; change the text around it with edit-file.`);
}

/** Undefined where no text is: then none of its secrets can be lost. */
async function textThere(place: Place): Promise<string | undefined> {
  try {
    return await readText(place);
  } catch (thrown) {
    if (thrown instanceof ToolProblem) return undefined;
    throw thrown;
  }
}
