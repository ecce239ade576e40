import { EOF, type IToken } from 'chevrotain';
import type { Diagnostic, Severity } from '../../contract/diagnostic.ts';
import type { Position, Span } from '../graph/span.ts';
import { type Complaint, tooMany } from './complaints.ts';

/** Errors of the grammar are `dot_syntax`; the other rules are warnings. */
export type DotRule = 'dot_syntax' | 'duplicate_attribute' | 'dot_value' | 'subgraph_attribute';

const limit = 100;

/** Collects what the reader finds, and knows how tokens become places in the file. */
export class Findings {
  readonly file: string;
  readonly #text: string;
  readonly #end: Position;
  readonly #diagnostics: { readonly diagnostic: Diagnostic; readonly offset: number }[] = [];
  readonly #linesWithErrors = new Set<number>();
  /** Where an unclosed string or comment swallows the rest: nothing behind it can be judged. */
  #readableUntil = Number.POSITIVE_INFINITY;

  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text;
    this.#end = this.positionAt(text.length);
  }

  get cutShort(): boolean {
    return Number.isFinite(this.#readableUntil);
  }

  cutAt(offset: number): void {
    this.#readableUntil = Math.min(this.#readableUntil, offset);
  }

  error(token: IToken, complaint: Complaint): void {
    this.errorAt(this.startOf(token), complaint);
  }

  errorAt(position: Position, complaint: Complaint): void {
    this.#add('dot_syntax', 'error', position, complaint);
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
    const { line, column, offset } = position;
    if (severity === 'error') this.#linesWithErrors.add(line);
    this.#diagnostics.push({ diagnostic: { rule, severity, ...complaint, file: this.file, line, column }, offset });
  }

  /** In the order of the text, the first hundred. */
  all(): readonly Diagnostic[] {
    const readable = this.#diagnostics.filter(({ offset }) => offset <= this.#readableUntil);
    const sorted = readable.sort((a, b) => a.offset - b.offset).map(({ diagnostic }) => diagnostic);
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
