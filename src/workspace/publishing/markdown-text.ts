import { oneLine, shortened } from '../line-of-text.ts';

/*
 * Text of agents and people as part of Markdown that hosts render: it formats nothing, links to nothing, notifies nobody,
 * closes no issue and gives no command. Hosts look for `@name`, `#12`, `!12`, `GH-12` and addresses in the text that is
 * left when Markdown is read, so a backslash does not stop them; a space of no width does.
 */

const noWidth = '\u200B';

/** On one line, cut behind `longest` characters. Never empty, so that what stands before it keeps its form. */
export function plainText(text: string, longest: number): string {
  const line = shortened(oneLine(text), longest);
  if (line === '') return '(nothing)';
  return line
    .replace(/[\\`*_[\]<>~|&$]/g, String.raw`\$&`)
    .replace(/@(?=[\w-])|[#!](?=\d)|\bwww(?=\.)/gi, `$&${noWidth}`)
    .replace(/\bgh(?=-\d)/gi, `$&${noWidth}`)
    .replaceAll('://', `:${noWidth}//`);
}

/** As code, in which hosts look for nothing. */
export function code(text: string, longest: number): string {
  const line = shortened(oneLine(text), longest);
  const runs = line.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  return `${fence}${/^`|`$|^$/.test(line) ? ` ${line} ` : line}${fence}`;
}
