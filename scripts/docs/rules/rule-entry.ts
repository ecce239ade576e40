import type { Severity } from '../../../src/contract/diagnostic.ts';
import type { CompileOptions } from '../../../src/language/compile.ts';

/**
 * What docs/reference/rules.md says about a rule. What the rule itself says, message and hint, is not repeated here: the
 * page shows what compiling the example prints.
 */
export interface RuleEntry {
  /** Its id. A rule with two severities has an entry for each. */
  readonly rule: string;
  readonly severity: Severity;
  /** The section of the Attractor text that asks for it, or `extension` for ours. */
  readonly section: string;
  /** One sentence: what the rule wants, not what is wrong. */
  readonly meaning: string;
  /** The statements of a pipeline that breaks it. */
  readonly example: string;
  /** The same with nothing left to say. */
  readonly mended: string;
  /** For what is seen only in some circumstances. */
  readonly given?: Circumstances;
}

export interface Circumstances {
  /** Goes on after "Reported". */
  readonly words: string;
  /** While the example is compiled; the mended pipeline needs them only `always`. */
  readonly options: Omit<CompileOptions, 'readFile'>;
  readonly always?: true;
}

type Row = (
  rule: string,
  severity: Severity,
  meaning: string,
  texts: Pick<RuleEntry, 'example' | 'mended' | 'given'>,
) => RuleEntry;

export const rowOf =
  (section: string): Row =>
  (rule, severity, meaning, texts) => ({ rule, severity, section, meaning, ...texts });
