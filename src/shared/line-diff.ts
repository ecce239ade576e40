/** Lines that are the same on both sides and are shown around a change. */
const context = 2;
/** More changed lines than this, on either side, are only counted. */
const mostChanged = 20;
/** Characters of a line. */
const widest = 200;

/**
 * What differs between two texts, as lines that begin with `- ` (before), `+ ` (after) or two spaces: everything between
 * the first and the last line that are not the same, cut where it is long. Empty for equal texts.
 */
export function lineDiff(before: string, after: string): readonly string[] {
  if (before === after) return [];
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const [removed, added] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
  // Long lines are shown from where they differ.
  const from = Math.max(0, commonLength(removed[0] ?? '', added[0] ?? '') - widest / 4);
  return [
    ...old.slice(Math.max(0, start - context), start).map((line) => `  ${clipped(line, 0)}`),
    ...changed('-', removed, from),
    ...changed('+', added, from),
    ...old.slice(old.length - end, old.length - end + context).map((line) => `  ${clipped(line, 0)}`),
  ];
}

function changed(sign: string, lines: readonly string[], from: number): readonly string[] {
  const shown = lines.slice(0, mostChanged).map((line, index) => `${sign} ${clipped(line, index === 0 ? from : 0)}`);
  const left = lines.length - shown.length;
  return left > 0 ? [...shown, `${sign} ... and ${left} more lines`] : shown;
}

function clipped(line: string, from: number): string {
  const begin = line.length > widest ? from : 0;
  const shown = line.slice(begin, begin + widest);
  return `${begin > 0 ? '...' : ''}${shown}${begin + widest < line.length ? '...' : ''}`;
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
