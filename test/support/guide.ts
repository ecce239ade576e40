import { readFileSync } from 'node:fs';

/** A command of a guide, with what the guide says it prints. */
export interface GuideCommand {
  readonly command: string;
  readonly printed: readonly string[];
  /** Line of the guide it stands in. */
  readonly line: number;
}

/** What a reader of a guide does, in order. */
export type GuideStep =
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | { readonly kind: 'command'; readonly command: GuideCommand };

/**
 * The steps of a guide: code blocks that name a file (```` ```dot file=hello.dot ````), and the commands of
 * `console` blocks, which begin with `$ `. What follows a command, up to the next one, is what it prints.
 */
export function readGuide(path: string): readonly GuideStep[] {
  const steps: GuideStep[] = [];
  const lines = readFileSync(path, 'utf8').split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const fence = /^```(\w+)(?: file=(\S+))?$/.exec(lines[at] ?? '');
    if (!fence) continue;
    const end = lines.indexOf('```', at + 1);
    const block = lines.slice(at + 1, end);
    const name = fence[2];
    if (name !== undefined) steps.push({ kind: 'file', name, text: `${block.join('\n')}\n` });
    if (fence[1] === 'console') steps.push(...commandsIn(block, at + 2));
    at = end;
  }
  return steps;
}

function commandsIn(block: readonly string[], firstLine: number): readonly GuideStep[] {
  const starts = block.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []));
  return starts.map((start, index) => ({
    kind: 'command',
    command: {
      command: (block[start] ?? '').slice(2),
      printed: block.slice(start + 1, starts[index + 1]),
      line: firstLine + start,
    },
  }));
}

/**
 * Whether a guide may say that a command prints this. `…` stands for any text within a line, and a line of
 * `…` alone for any lines. Empty lines do not count.
 */
export function printsAs(expected: readonly string[], printed: string): boolean {
  return linesMatch(written(expected), written(printed.split('\n')));
}

function written(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.trimEnd()).filter((line) => line !== '');
}

function linesMatch([first, ...more]: readonly string[], lines: readonly string[]): boolean {
  if (first === undefined) return lines.length === 0;
  if (first === '…') return lines.some((_, index) => linesMatch(more, lines.slice(index))) || linesMatch(more, []);
  const [line, ...rest] = lines;
  return line !== undefined && lineMatches(first, line) && linesMatch(more, rest);
}

function lineMatches(expected: string, line: string): boolean {
  const [start = '', ...parts] = expected.split('…');
  if (parts.length === 0) return line === start;
  if (!line.startsWith(start)) return false;
  const last = parts.pop() ?? '';
  let at = start.length;
  for (const part of parts) {
    const found = line.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return line.length - last.length >= at && line.endsWith(last);
}
