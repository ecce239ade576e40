import { EOF, type IToken } from 'chevrotain';
import type { Diagnostic, Severity, TextEdit } from '../../contract/diagnostic.ts';
import type { Position } from '../graph/span.ts';
import type { SourceText, TextSpan } from '../scan/source-text.ts';
import type { Complaint } from './complaint.ts';
import { tooMany } from './complaints.ts';
import { inOrder, withoutOverlaps } from './text-edits.ts';

/** What the reader reports under: errors of the grammar are `dot_syntax`; the others are warnings. */
export const dotRules = [
  'dot_syntax',
  'duplicate_attribute',
  'dot_value',
  'subgraph_attribute',
  'graphviz_habit',
] as const;

export type DotRule = (typeof dotRules)[number];

const limit = 100;

/** Edits that are told with a finding. The list may still grow while the text is read. */
export type Edits = readonly TextEdit[];

interface Found {
  readonly diagnostic: Diagnostic;
  readonly offset: number;
  readonly edits: Edits;
}

/** Collects what the reader finds, and knows how tokens become places in the file. */
export class Findings {
  readonly source: SourceText;
  /** Habits of Graphviz are warnings. */
  readonly lenient: boolean;
  readonly #found: Found[] = [];
  readonly #linesWithErrors = new Set<number>();
  /** An unclosed string or comment, which swallows the rest: nothing behind it can be judged. */
  #cut: Found | undefined;

  constructor(source: SourceText, lenient = false) {
    this.source = source;
    this.lenient = lenient;
  }

  get cutShort(): boolean {
    return this.#cut !== undefined;
  }

  /** An error that makes the rest of the file unreadable. */
  cut(token: IToken, complaint: Complaint): void {
    this.#cut = this.#describe('dot_syntax', 'error', this.startOf(token), complaint, []);
  }

  /** @param edits what makes the text say the same without the mistake; every habit has them */
  error(token: IToken, complaint: Complaint, edits: Edits = []): void {
    this.errorAt(this.startOf(token), complaint, edits);
  }

  errorAt(position: Position, complaint: Complaint, edits: Edits = []): void {
    if (this.lenient && complaint.isHabit) this.#add('graphviz_habit', 'warning', position, complaint, edits);
    else this.#add('dot_syntax', 'error', position, complaint, edits);
  }

  get count(): number {
    return this.#found.length;
  }

  /** Takes back what was found after the first `count`: it followed from a mistake that is clear only now. */
  dropBehind(count: number): void {
    this.#found.length = count;
  }

  /** True when an error of the grammar was already found in the line of `token`: it may explain this one too. */
  hasErrorInLine(token: IToken): boolean {
    return this.#linesWithErrors.has(this.startOf(token).line);
  }

  warning(rule: DotRule, token: IToken, complaint: Complaint): void {
    this.warningAt(rule, this.startOf(token), complaint);
  }

  warningAt(rule: DotRule, position: Position, complaint: Complaint): void {
    this.#add(rule, 'warning', position, complaint, []);
  }

  #add(rule: DotRule, severity: Severity, position: Position, complaint: Complaint, edits: Edits): void {
    if (severity === 'error') this.#linesWithErrors.add(position.line);
    this.#found.push(this.#describe(rule, severity, position, complaint, edits));
  }

  #describe(
    rule: DotRule,
    severity: Severity,
    { line, column, offset }: Position,
    { message, hint }: Complaint,
    edits: Edits,
  ): Found {
    return { diagnostic: { rule, severity, message, hint, file: this.source.file, line, column }, offset, edits };
  }

  /** The edits of all findings, which together make the text one of the subset when no error is left. */
  edits(): readonly TextEdit[] {
    return withoutOverlaps(this.#found.flatMap(({ edits }) => edits));
  }

  /** In the order of the text, the first hundred. */
  all(): readonly Diagnostic[] {
    const cut = this.#cut;
    const readable = cut ? [...this.#found.filter(({ offset }) => offset < cut.offset), cut] : this.#found;
    const sorted = [...readable]
      .sort((a, b) => a.offset - b.offset)
      .map(({ diagnostic, edits }) => (edits.length === 0 ? diagnostic : { ...diagnostic, edits: inOrder(edits) }));
    if (sorted.length <= limit) return sorted;
    const last = sorted[limit - 1];
    const severity = sorted.some((diagnostic) => diagnostic.severity === 'error') ? 'error' : 'warning';
    return last === undefined
      ? []
      : [...sorted.slice(0, limit), { ...placeAlone(last), rule: 'dot_syntax', severity, ...tooMany(limit) }];
  }

  startOf(token: IToken): Position {
    return this.source.positionAt(this.#startOffset(token));
  }

  /** The line in which the last character of a token stands. */
  lastLineOf(token: IToken): number {
    return this.source.positionAt(this.#endOffset(token) - 1).line;
  }

  /** From the first token to the end of the last. */
  between(first: IToken, last: IToken): TextSpan {
    return this.source.span(this.#startOffset(first), this.#endOffset(last));
  }

  // The end of the file is a token without offsets.
  #startOffset(token: IToken): number {
    return token.tokenType === EOF ? this.source.text.length : token.startOffset;
  }

  #endOffset(token: IToken): number {
    return token.tokenType === EOF ? this.source.text.length : token.startOffset + token.image.length;
  }
}

const placeAlone = ({ file, line, column }: Diagnostic): Pick<Diagnostic, 'file' | 'line' | 'column'> => ({
  file,
  line,
  column,
});
