import { type Diagnostic, hasErrors } from '../../contract/diagnostic.ts';
import { noteLine, type CliContext } from '../context.ts';

/** `file:line:column severity message [rule]`, each with its hint below, and a closing count. */
export function diagnosticLines(diagnostics: readonly Diagnostic[]): readonly string[] {
  if (diagnostics.length === 0) return [];
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  return [...diagnostics.flatMap(linesOf), `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`];
}

/** Tells them beside the result of a command, with the next command where there is one. */
export function noteDiagnostics(context: CliContext, diagnostics: readonly Diagnostic[], file: string): void {
  for (const line of diagnosticLines(diagnostics)) noteLine(context, line);
  const hint = repairHint(diagnostics, file);
  if (hint !== undefined) noteLine(context, hint);
}

function linesOf({ file, line, column, severity, message, rule, hint }: Diagnostic): readonly string[] {
  const head = `${file}:${line}:${column} ${severity} ${message} [${rule}]`;
  return hint === undefined ? [head] : [head, `    ${hint}`];
}

/** The next command where every error is a habit that a program can repair; undefined where one is not. */
export function repairHint(diagnostics: readonly Diagnostic[], file = 'FILE'): string | undefined {
  const isRepairable = ({ severity, edits }: Diagnostic): boolean => severity !== 'error' || edits !== undefined;
  if (!hasErrors(diagnostics) || !diagnostics.every(isRepairable)) return undefined;
  return `Read it with \`--lenient\`, or let \`orchestra fmt --fix --lenient ${file}\` repair it.`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
