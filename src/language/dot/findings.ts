import { EOF, type IToken } from 'chevrotain';
import type { Diagnostic, Severity } from '../../contract/diagnostic.ts';
import type { Position } from '../graph/span.ts';
import { SourceText, type TextSpan } from '../scan/source-text.ts';
import { type Complaint, tooMany } from './complaints.ts';

/** Errors of the grammar are `dot_syntax`; the other rules are warnings. */
export type DotRule = 'dot_syntax' | 'duplicate_attribute' | 'dot_value' | 'subgraph_attribute' | 'graphviz_habit';

const limit = 100;

interface Found {
  readonly diagnostic: Diagnostic;
  readonly offset: number;
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
    this.#cut = this.#describe('dot_syntax', 'error', this.startOf(token), complaint);
  }

  error(token: IToken, complaint: Complaint): void {
    this.errorAt(this.startOf(token), complaint);
  }

  errorAt(position: Position, complaint: Complaint): void {
    if (this.lenient && complaint.isHabit) this.#add('graphviz_habit', 'warning', position, complaint);
    else this.#add('dot_syntax', 'error', position, complaint);
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
    this.#add(rule, 'warning', position, complaint);
  }

  #add(rule: DotRule, severity: Severity, position: Position, complaint: Complaint): void {
    if (severity === 'error') this.#linesWithErrors.add(position.line);
    this.#found.push(this.#describe(rule, severity, position, complaint));
  }

  #describe(rule: DotRule, severity: Severity, { line, column, offset }: Position, complaint: Complaint): Found {
    const { message, hint } = complaint;
    return { diagnostic: { rule, severity, message, hint, file: this.source.file, line, column }, offset };
  }

  /** In the order of the text, the first hundred. */
  all(): readonly Diagnostic[] {
    const cut = this.#cut;
    const readable = cut ? [...this.#found.filter(({ offset }) => offset < cut.offset), cut] : this.#found;
    const sorted = [...readable].sort((a, b) => a.offset - b.offset).map(({ diagnostic }) => diagnostic);
    if (sorted.length <= limit) return sorted;
    const last = sorted[limit - 1];
    const severity = sorted.some((diagnostic) => diagnostic.severity === 'error') ? 'error' : 'warning';
    return last === undefined
      ? []
      : [...sorted.slice(0, limit), { ...last, rule: 'dot_syntax', severity, ...tooMany(limit) }];
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
