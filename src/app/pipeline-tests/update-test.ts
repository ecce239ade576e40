import { isCollection, LineCounter, parseDocument, stringify, type Node } from 'yaml';
import type { Json } from '../../shared/json.ts';
import { replaceTextFile } from '../replace-text-file.ts';
import { readBytes } from '../text-file.ts';
import type { Failure } from './expectations.ts';

/** Expectations whose value is all that is expected: others cannot be written from what came. */
const updatable: ReadonlySet<string> = new Set(['status', 'exit_code', 'visited', 'context']);

/** Whether what came can stand in the place of what was expected. */
export function isUpdatable({ path, actual }: Failure): boolean {
  return updatable.has(path[0] ?? '') && actual !== null;
}

/**
 * Writes what came in the place of what was expected; not a character beside it changes.
 * @throws OrchestraError FILE_UNREADABLE, FILE_UNWRITABLE
 */
export async function updateTest(file: string, failures: readonly Failure[]): Promise<void> {
  const bytes = await readBytes(file);
  await replaceTextFile(file, bytes, withValues(bytes.toString('utf8'), failures));
}

/** The text of a test with what came in it. */
export function withValues(text: string, failures: readonly Pick<Failure, 'path' | 'actual'>[]): string {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const changes = failures.flatMap(({ path, actual }) => {
    // Of the nodes of a document, only those written in code have no place.
    const node = document.getIn(['expect', ...path], true) as Node | undefined;
    const [start, end] = node?.range ?? [];
    if (!node || start === undefined || end === undefined) return [];
    const isFlow = !isCollection(node) || node.flow === true;
    const indent = ' '.repeat(lineCounter.linePos(start).col - 1);
    // The end of a block lies behind its last line.
    return [{ start, end: start + text.slice(start, end).trimEnd().length, value: written(actual, isFlow, indent) }];
  });
  return changes
    .toSorted((one, other) => other.start - one.start)
    .reduce((changed, { start, end, value }) => changed.slice(0, start) + value + changed.slice(end), text);
}

function written(value: Json, isFlow: boolean, indent: string): string {
  if (!isFlow) return stringify(value, { lineWidth: 0 }).trimEnd().replaceAll('\n', `\n${indent}`);
  const line = stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trimEnd();
  // Texts of several lines stand in one as JSON, which YAML reads as well.
  return line.includes('\n') ? JSON.stringify(value) : line;
}
