/** What is not to be read, such as escape sequences of terminals and ends of lines. */
export const unreadable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** On one line, with a blank for whatever separates or is not to be read. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Z}]+/gu, ' ')
    .trim();
}

/** Cut between characters, at a blank where there is one near. */
export function shortened(text: string, longest: number): string {
  const characters = [...text];
  if (characters.length <= longest) return text;
  const kept = characters.slice(0, longest - 1).join('');
  const blank = kept.lastIndexOf(' ');
  return `${(blank > longest / 2 ? kept.slice(0, blank) : kept).trimEnd()}…`;
}
