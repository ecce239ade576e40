/** The first `count` code points of `text`. */
export function firstCodePoints(text: string, count: number): string {
  // A code point takes at most two code units, so only the head of a long text is walked.
  return [...text.slice(0, 2 * count)].slice(0, count).join('');
}

/** Without white space and `marks` at both ends. A loop, because a regular expression takes quadratic time here. */
export function withoutAround(text: string, marks: string): string {
  const goes = (index: number): boolean => marks.includes(text.charAt(index)) || text.charAt(index).trim() === '';
  let start = 0;
  let end = text.length;
  while (start < end && goes(start)) start += 1;
  while (end > start && goes(end - 1)) end -= 1;
  return text.slice(start, end);
}
