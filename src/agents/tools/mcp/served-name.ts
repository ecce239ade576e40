import { createHash } from 'node:crypto';

const longest = 64;
const markLength = 8;

/**
 * What a model calls the tool of a server: `<server>__<tool>`, with `_` for what model APIs refuse. A name that is too long
 * ends in a mark of its own, so that two of them do not become one.
 */
export function servedName(server: string, tool: string): string {
  const name = `${server}__${tool}`.replaceAll(/[^A-Za-z0-9_-]/g, '_');
  if (name.length <= longest) return name;
  const mark = createHash('sha256').update(tool).digest('hex').slice(0, markLength);
  return `${name.slice(0, longest - markLength - 1)}_${mark}`;
}
