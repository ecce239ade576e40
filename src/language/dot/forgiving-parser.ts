import { EmbeddedActionsParser, EOF, type IToken, tokenMatcher, type TokenType } from 'chevrotain';
import { SourceText } from '../scan/source-text.ts';
import type { TextEdit } from '../../contract/diagnostic.ts';
import type { Complaint } from './complaint.ts';
import * as complaint from './complaints.ts';
import { type Edits, Findings } from './findings.ts';
import * as token from './tokens.ts';

/** The offset behind a token. Not for the end of the file, which has none. */
export function endOf({ startOffset, image }: IToken): number {
  return startOffset + image.length;
}

const nowhere = new Findings(new SourceText('', ''));

/**
 * What the grammar needs to survive mistakes: complaining once, and skipping exactly as far as one
 * mistake reaches. The generic recovery by inserted and deleted tokens promises neither.
 */
export class ForgivingParser extends EmbeddedActionsParser {
  protected findings = nowhere;
  private endReported = false;

  constructor() {
    super(token.vocabulary, { maxLookahead: 1 });
  }

  protected begin(tokens: IToken[], findings: Findings): void {
    this.input = tokens;
    this.findings = findings;
    this.endReported = false;
  }

  /** Lets go of the text, which would otherwise stay in memory until the next one is read. */
  protected end(): void {
    this.input = [];
    this.findings = nowhere;
  }

  /** @param edits see `Findings.error`; the list may be added to afterwards */
  protected complain(at: IToken | undefined, what: Complaint, edits: Edits = []): void {
    if (at && !this.RECORDING_PHASE) this.findings.error(at, what, edits);
  }

  /** For what may have been swallowed by an unclosed string or comment. */
  protected complainOfMissing(at: IToken, what: Complaint, edits: Edits = []): void {
    if (!this.findings.cutShort) this.complain(at, what, edits);
  }

  protected replace(token: IToken, text: string): TextEdit {
    return { start: token.startOffset, end: endOf(token), text };
  }

  protected remove(token: IToken): TextEdit {
    return this.replace(token, '');
  }

  protected insertBefore(token: IToken, text: string): TextEdit {
    return { start: token.startOffset, end: token.startOffset, text };
  }

  protected insertBehind(token: IToken, text: string): TextEdit {
    return { start: endOf(token), end: endOf(token), text };
  }

  protected neverClosed(what: string, opening: IToken): void {
    // The end of the file leaves everything open at once; the innermost is enough.
    if (this.RECORDING_PHASE || this.endReported) return;
    this.endReported = this.nextIs(EOF);
    this.complainOfMissing(opening, complaint.neverClosed(what, opening.image));
  }

  protected nextIs(type: TokenType): boolean {
    return tokenMatcher(this.LA(1), type);
  }

  private nextIsAny(types: readonly TokenType[]): boolean {
    return types.some((type) => this.nextIs(type));
  }

  protected skipWhile(goesOn: () => boolean): void {
    while (!this.nextIs(EOF) && goesOn()) this.SKIP_TOKEN();
  }

  /** To the end of the line, of the statement or of the enclosing braces; a block on the way is skipped whole. */
  protected skipLine(): void {
    const line = this.findings.lastLineOf(this.LA(0));
    const ends = [EOF, token.Semicolon, token.LBrace, token.RBrace];
    while (!this.nextIsAny(ends) && this.findings.startOf(this.LA(1)).line === line) {
      const opensBlock = this.nextIs(token.LBracket);
      this.SKIP_TOKEN();
      if (opensBlock) this.skipBlock();
    }
  }

  /** Behind the `]` that closes the block. */
  protected skipBlock(): void {
    this.skipWhile(() => !this.nextIsAny([token.RBracket, token.RBrace]));
    if (this.nextIs(token.RBracket)) this.SKIP_TOKEN();
  }

  /** Behind the rest of a block whose `[` is missing; false when it is none. */
  protected skipUnopenedBlock(): boolean {
    for (;;) {
      const isPair = this.LA(2).tokenType === token.Equals && tokenMatcher(this.LA(3), token.Value);
      const words = this.nextIs(token.Comma) ? 1 : this.nextIs(token.AttributeName) && isPair ? 3 : 0;
      if (words === 0) break;
      for (let word = 0; word < words; word += 1) this.SKIP_TOKEN();
    }
    const closed = this.nextIs(token.RBracket);
    if (closed) this.SKIP_TOKEN();
    return closed;
  }

  /** To the next attribute, or to the end of the block. */
  protected skipInBlock(): void {
    this.skipWhile(
      () =>
        !this.nextIsAny([token.Separator, token.RBracket, token.RBrace]) &&
        !(this.nextIs(token.AttributeName) && this.LA(2).tokenType === token.Equals) &&
        !this.statementBegins(),
    );
  }

  /** To the `}` that closes the braces we are in. */
  protected skipBalanced(): void {
    let depth = 0;
    this.skipWhile(() => {
      if (this.nextIs(token.LBrace)) depth += 1;
      if (this.nextIs(token.RBrace)) depth -= 1;
      return depth >= 0;
    });
  }

  /** A statement where an attribute should be: the block was not closed. */
  protected statementBegins(): boolean {
    const second = this.LA(2);
    if (this.nextIs(token.Subgraph)) return second.tokenType !== token.Equals;
    return (
      this.nextIs(token.AttributeName) &&
      (tokenMatcher(second, token.EdgeOperator) || second.tokenType === token.LBracket)
    );
  }
}
