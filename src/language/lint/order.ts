import type { Diagnostic } from '../../contract/diagnostic.ts';

/** Each distinct diagnostic once, at the place of its first in the list. */
export function withoutDuplicates(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((diagnostic) => {
    const before = seen.size;
    return seen.add(contentOf(diagnostic)).size > before;
  });
}

function contentOf({ rule, severity, message, file, line, column, node, edge, hint }: Diagnostic): string {
  // No name or text of a pipeline holds this character by chance.
  const [from, to] = edge ?? [];
  return `${line}:${column}\0${rule}\0${severity}\0${node}\0${from}\0${to}\0${message}\0${hint}\0${file}`;
}

/** In the order people read: by file, line and column; where these are equal, as they were found. */
export function inReadingOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
