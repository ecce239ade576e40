import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import type { Position, Span } from '../../language/graph/span.ts';
import { didYouMean } from '../../language/scan/nearest.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { keysAt } from './schema-keys.ts';

/** A YAML file that keeps to its schema, and where everything in it stands. */
export interface YamlDocument<T> {
  readonly value: T;
  /** Where the last key of a path stands, or an item of a list; of a path that is not there, the nearest part of it that is. */
  spanOf(path: readonly (string | number)[]): Span;
}

/**
 * Reads a YAML text and checks it.
 * @param path as messages shall name it
 * @throws OrchestraError CONFIG_INVALID with file:line:column of every culprit, and a hint where a word is nearly right
 */
export function readYamlDocument<T>(path: string, text: string, schema: z.ZodType<T>): YamlDocument<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, offset };
  };
  const place = (offset: number): string => `${path}:${at(offset).line}:${at(offset).column}`;
  const [broken] = document.errors;
  if (broken) throw new OrchestraError('CONFIG_INVALID', `${place(broken.pos[0])}: ${broken.message}`);
  const read = schema.safeParse(document.toJS() ?? {});
  if (!read.success) throw refusal(read.error.issues, document, schema, place);
  return {
    value: read.data,
    spanOf(keys) {
      const [start = 0, end = start] = (keyAt(document, keys) ?? placeIn(document, keys)).range ?? [];
      return { file: path, start: at(start), end: at(end) };
    },
  };
}

type Issue = z.core.$ZodIssue;

interface Placed {
  readonly range?: readonly number[] | null | undefined;
}

function refusal(
  issues: readonly Issue[],
  document: Document,
  schema: z.ZodType,
  place: (offset: number) => string,
): OrchestraError {
  const found = issues.flatMap(oneByOne).map((issue) => {
    const { range } = unknownKey(document, issue)?.node ?? placeIn(document, issue.path);
    return { offset: range?.[0] ?? 0, message: issue.message, hint: hintFor(document, issue, schema) };
  });
  const inOrder = found.toSorted((a, b) => a.offset - b.offset);
  const [only, ...more] = inOrder;
  // A hint below several culprits would not say of which it is.
  const hint = more.length === 0 ? only?.hint : undefined;
  const lines = inOrder.map((culprit) => {
    const remark = more.length === 0 || culprit.hint === undefined ? '' : `. ${culprit.hint}`;
    return `${place(culprit.offset)}: ${culprit.message}${remark}`;
  });
  return new OrchestraError('CONFIG_INVALID', lines.join('\n'), { ...(hint !== undefined && { hint }) });
}

/** Keys that nobody knows come as one issue where they stand side by side; each has its own place and hint. */
function oneByOne(issue: Issue): readonly Issue[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ ...issue, keys: [key], message: `Unrecognized key: "${key}"` }));
}

/** The node at a path; of a missing one, the nearest that is there. */
function placeIn(document: Document, path: readonly PropertyKey[]): Placed {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as Placed | undefined;
    if (node) return node;
  }
  return (document.contents as Placed | null) ?? {};
}

/** The key that should not be there, which a place inside the file names better than the map it stands in. */
function unknownKey(document: Document, issue: Issue): { readonly name: string; readonly node: Placed } | undefined {
  if (issue.code !== 'unrecognized_keys') return undefined;
  const [name = ''] = issue.keys;
  const node = keyAt(document, [...issue.path, name]);
  return node && { name, node };
}

function keyAt(document: Document, path: readonly PropertyKey[]): Placed | undefined {
  const [above, name] = [path.slice(0, -1), path.at(-1)];
  const map = above.length === 0 ? document.contents : document.getIn(above, true);
  const pair = isMap(map) ? map.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
  return isScalar(pair?.key) ? pair.key : undefined;
}

function hintFor(document: Document, issue: Issue, schema: z.ZodType): string | undefined {
  const unknown = unknownKey(document, issue);
  if (unknown) return didYouMean(unknown.name, keysAt(schema, issue.path));
  if (issue.code !== 'invalid_value') return undefined;
  return didYouMean(String(document.getIn(issue.path)), issue.values.map(String));
}
