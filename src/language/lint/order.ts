import type { Diagnostic } from '../../contract/diagnostic.ts';

/** Each distinct diagnostic once, at the place of its first in the list. */
export function withoutDuplicates(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [contentOf(diagnostic), diagnostic])).values()];
}

function contentOf({ rule, severity, message, file, line, column, node, edge, hint }: Diagnostic): string {
  return JSON.stringify([rule, severity, message, file, line, column, node, edge, hint]);
}

/** In the order people read: by file, line and column; where these are equal, as they were found. */
export function inReadingOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
