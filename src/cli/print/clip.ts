/** The text in at most `length` characters, its end marked where something is missing. */
export function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}
