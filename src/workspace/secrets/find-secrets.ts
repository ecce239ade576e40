import type { SecretFinding } from '../../contract/event.ts';
import { minimumSecretLength } from '../../shared/redaction.ts';
import { secretForms } from '../../shared/secret-forms.ts';
import type { AddedLine } from '../git/patch.ts';
import { ScannerThread } from './scanner-thread.ts';

export interface SecretSearchOptions {
  /** Values of secrets by name: these are found whatever stands beside them. Shorter ones than 8 characters are left out. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** @param cut where the lines end although the change goes on */
export type SecretSearch = (lines: readonly AddedLine[], cut?: Place) => Promise<readonly SecretFinding[]>;

type Place = Pick<AddedLine, 'path' | 'line'>;

/** One for the process, however many sessions there are: a file is scanned in a moment. */
const scanner = new ScannerThread();

/** Characters of a change that are searched; generated files and data are larger, what people and models write is not. */
const longestChange = 8 * 1024 * 1024;

/** Characters that go to the scanner at once; a longer file goes in parts. */
const longestPart = 512 * 1024;

/**
 * A search for secrets in what changes bring in: credentials of known shapes (secretlint's recommended rules), and the
 * values of configured secrets in all their forms. A finding names file, line and rule, never a value. A line with or
 * behind a comment of secretlint (`secretlint-disable-line`, `secretlint-disable-next-line`) is allowed, but no comment
 * allows a configured secret. What is too much or takes too long to be searched is a finding, too.
 */
export function secretSearch({ secrets = {} }: SecretSearchOptions = {}): SecretSearch {
  const forms = formsOf(secrets);
  return async (lines, cut) => {
    const { searched, rest = cut } = bounded(lines);
    const findings = [...configuredIn(searched, forms)];
    for (const file of filesIn(searched)) findings.push(...(await shapesIn(file)));
    if (rest) findings.push(unsearched(rest));
    return sorted(findings);
  };
}

function formsOf(secrets: Readonly<Record<string, string>>): readonly (readonly [form: string, name: string])[] {
  return Object.entries(secrets)
    .filter(([, value]) => value.length >= minimumSecretLength)
    .flatMap(([name, value]) => [...secretForms(value, minimumSecretLength)].map((form) => [form, name] as const));
}

/** Nearly all changes hold none: they are searched as a whole before it is asked where. */
function configuredIn(lines: readonly AddedLine[], forms: ReturnType<typeof formsOf>): readonly SecretFinding[] {
  const whole = lines.map(({ text }) => text).join('\n');
  const present = forms.filter(([form]) => whole.includes(form));
  return lines.flatMap(({ path, line, text }) => {
    const names = new Set(present.filter(([form]) => text.includes(form)).map(([, name]) => name));
    return [...names].map((name) => ({ file: path, line, rule: `configured secret ${name}` }));
  });
}

/** Lines as far as they are searched, and the first one that is not. */
function bounded(lines: readonly AddedLine[]): { readonly searched: readonly AddedLine[]; readonly rest?: AddedLine } {
  let characters = 0;
  const end = lines.findIndex(({ text }) => (characters += text.length + 1) > longestChange);
  const rest = lines[end];
  return rest ? { searched: lines.slice(0, end), rest } : { searched: lines };
}

/** Lines of one file, in their order, few enough to be scanned at once. */
interface FilePart {
  readonly path: string;
  readonly lines: readonly AddedLine[];
}

function filesIn(lines: readonly AddedLine[]): readonly FilePart[] {
  return [...Map.groupBy(lines, ({ path }) => path)].flatMap(([path, all]) => partsOf(path, all));
}

function partsOf(path: string, lines: readonly AddedLine[]): readonly FilePart[] {
  const parts: AddedLine[][] = [[]];
  let characters = 0;
  for (const line of lines) {
    characters += line.text.length + 1;
    if (characters > longestPart && parts.at(-1)?.length !== 0) {
      // A key of several lines may stand across the border: the next part begins a little before it.
      parts.push(parts.at(-1)?.slice(-overlap) ?? []);
      characters = line.text.length + 1;
    }
    parts.at(-1)?.push(line);
  }
  return parts.map((part) => ({ path, lines: part }));
}

/** More lines than a private key has. */
const overlap = 100;

async function shapesIn({ path, lines }: FilePart): Promise<readonly SecretFinding[]> {
  const { content, numbers } = textOf(lines);
  const places = await scanner.scan({ path, content });
  const [first] = lines;
  if (!places) return first ? [unsearched(first)] : [];
  return places.map(({ line, rule }) => ({ file: path, line: numbers[line - 1] ?? first?.line ?? 1, rule }));
}

/** The lines as a text, with a line between those that are no neighbours, and what number each of its lines has in the file. */
function textOf(lines: readonly AddedLine[]): { readonly content: string; readonly numbers: readonly number[] } {
  const texts: string[] = [];
  const numbers: number[] = [];
  for (const { line, text } of lines) {
    const before = numbers.at(-1);
    if (before !== undefined && line !== before + 1) {
      texts.push('');
      numbers.push(before);
    }
    texts.push(text);
    numbers.push(line);
  }
  // A comment allows a line only where another one follows.
  return { content: `${texts.join('\n')}\n`, numbers };
}

function unsearched({ path, line }: Place): SecretFinding {
  return { file: path, line, rule: 'not searched from here: too much' };
}

/** By file and line, each finding once: parts of a file have lines in common. */
function sorted(findings: readonly SecretFinding[]): readonly SecretFinding[] {
  const distinct = new Map(findings.map((finding) => [JSON.stringify(Object.values(finding)), finding]));
  const inOrder = [...distinct.values()];
  const files = [...new Set(inOrder.map(({ file }) => file))].sort();
  return files.flatMap((file) => inOrder.filter((each) => each.file === file).sort((a, b) => a.line - b.line));
}
