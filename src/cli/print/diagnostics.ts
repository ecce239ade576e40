import type { Diagnostic } from '../../contract/diagnostic.ts';

/** `file:line:column severity message [rule]`, each with its hint below, and a closing count. */
export function diagnosticLines(diagnostics: readonly Diagnostic[]): readonly string[] {
  if (diagnostics.length === 0) return [];
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  return [...diagnostics.flatMap(linesOf), `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`];
}

function linesOf({ file, line, column, severity, message, rule, hint }: Diagnostic): readonly string[] {
  const head = `${file}:${line}:${column} ${severity} ${message} [${rule}]`;
  return hint === undefined ? [head] : [head, `    ${hint}`];
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
