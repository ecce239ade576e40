/**
 * A text no longer than `limit` characters: its beginning and its end, cut at lines where there are some near, around a
 * note that says how much is missing.
 */
export function cutInTheMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  const head = text.slice(0, headEnd(text, half));
  const tail = text.slice(tailStart(text, text.length - half));
  const missing = text.length - head.length - tail.length;
  return `${head}\n[... ${missing} characters left out here ...]\n${tail}`;
}

/** How far a cut may move to fall on a line: a tenth. */
const nearness = 0.9;

function headEnd(text: string, at: number): number {
  const line = text.lastIndexOf('\n', at);
  if (line >= at * nearness) return line;
  return isSecondHalf(text, at) ? at - 1 : at;
}

function tailStart(text: string, at: number): number {
  const line = text.indexOf('\n', at) + 1;
  if (line > 0 && text.length - line >= (text.length - at) * nearness) return line;
  return isSecondHalf(text, at) ? at + 1 : at;
}

/** Whether a cut here would tear a character of two code units. */
function isSecondHalf(text: string, at: number): boolean {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at));
}
