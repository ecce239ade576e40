/** A finding about a pipeline text (Attractor 7.1), with the place it speaks of. */
export interface Diagnostic {
  /** Stable id, for example `start_node` or `dot_syntax`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, counted in UTF-16 code units. */
  readonly column: number;
  readonly node?: string;
  readonly edge?: readonly [from: string, to: string];
  /** What to write instead (the specification's `fix`). */
  readonly hint?: string;
  /** The hint for programs: edits that remove the finding and leave what the pipeline says as it was understood. */
  readonly edits?: readonly TextEdit[];
}

/**
 * What stands between two offsets is replaced by `text`. Offsets are 0-based and count UTF-16 code units,
 * behind a byte order mark as columns do.
 */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type Severity = 'error' | 'warning' | 'info';

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
