import { isUtf8 } from 'node:buffer';
import { constants, open } from 'node:fs/promises';
import { ToolProblem } from '../tool.ts';
import { onFile } from './file-problem.ts';
import { inHeldFolder } from './held-folder.ts';
import type { Place } from './place.ts';

/** Bytes of a file that tools read into memory. */
export const fileSizeLimit = 10 * 1024 * 1024;

/**
 * The text of a file of the working folder.
 * @throws ToolProblem where there is none: folders, pipes, binary and very large files
 */
export function readText(place: Place): Promise<string> {
  return onFile(place.name, async () => {
    const content = await inHeldFolder(place, (path) => readOrdinary(path, place.name));
    if (content.includes(0) || !isUtf8(content))
      throw new ToolProblem(`${place.name} is a binary file of ${content.length} bytes, not a text in UTF-8.`);
    return content.toString('utf8');
  });
}

async function readOrdinary(path: string, name: string): Promise<Buffer> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw new ToolProblem(`${name} is a folder; list-files shows what is in it.`);
    if (!stat.isFile()) throw new ToolProblem(`${name} is no ordinary file.`);
    const chunks: Uint8Array[] = [];
    // One byte more than allowed, for a file that grows while it is read.
    for await (const chunk of file.createReadStream({ end: fileSizeLimit, autoClose: false }))
      chunks.push(chunk as Uint8Array);
    const content = Buffer.concat(chunks);
    if (content.length <= fileSizeLimit) return content;
    throw new ToolProblem(
      `${name} is larger than ${fileSizeLimit / 1024 / 1024} MB and cannot be read as a whole; search-code finds lines in it.`,
    );
  } finally {
    await file.close();
  }
}
