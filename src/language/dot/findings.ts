import { EOF, type IToken } from 'chevrotain';
import type { Diagnostic, Severity } from '../../contract/diagnostic.ts';
import type { Position, Span } from '../graph/span.ts';
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
  readonly file: string;
  /** Habits of Graphviz are warnings. */
  readonly lenient: boolean;
  readonly #text: string;
  readonly #end: Position;
  readonly #found: Found[] = [];
  readonly #linesWithErrors = new Set<number>();
  /** An unclosed string or comment, which swallows the rest: nothing behind it can be judged. */
  #cut: Found | undefined;

  constructor(file: string, text: string, lenient = false) {
    this.file = file;
    this.lenient = lenient;
    this.#text = text;
    this.#end = this.positionAt(text.length);
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
    return { diagnostic: { rule, severity, message, hint, file: this.file, line, column }, offset };
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

  // The lexer tracks all positions, so those of every token but the end of the file are set.
  startOf(token: IToken): Position {
    if (token.tokenType === EOF) return this.#end;
    return { line: token.startLine ?? 1, column: token.startColumn ?? 1, offset: token.startOffset };
  }

  endOf(token: IToken): Position {
    if (token.tokenType === EOF) return this.#end;
    const offset = token.endOffset ?? token.startOffset;
    return { line: token.endLine ?? 1, column: (token.endColumn ?? 1) + 1, offset: offset + 1 };
  }

  between(first: IToken, last: IToken): Span {
    return { file: this.file, start: this.startOf(first), end: this.endOf(last) };
  }

  /** The place of an offset, counted from `from` on when that is known. */
  positionAt(offset: number, from: Position = { line: 1, column: 1, offset: 0 }): Position {
    const lines = this.#text.slice(from.offset, offset).split(/\r\n|\r|\n/);
    const last = lines.at(-1) ?? '';
    return {
      line: from.line + lines.length - 1,
      column: lines.length === 1 ? from.column + last.length : last.length + 1,
      offset,
    };
  }
}
