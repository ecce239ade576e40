/**
 * Where the string ends that the quote at `offset` begins: behind the next such quote, or undefined when it
 * is never closed. A backslash takes the character behind it along. By hand, as a pattern would keep every
 * escape on its stack, and long texts would overflow it.
 */
export function endOfQuoted(text: string, offset: number): number | undefined {
  const mark = text.charAt(offset);
  for (let quote = text.indexOf(mark, offset + 1); quote !== -1; quote = text.indexOf(mark, quote + 1)) {
    let before = quote - 1;
    while (before > offset && text[before] === '\\') before -= 1;
    if ((quote - 1 - before) % 2 === 0) return quote + 1;
  }
  return undefined;
}
