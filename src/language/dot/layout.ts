import type { IToken, TokenType } from 'chevrotain';
import { SourceText } from '../scan/source-text.ts';
import * as token from './tokens.ts';

/** A statement with its attributes stands on one line up to this many characters. */
const width = 100;
const indentation = '  ';

/** A token or comment, with the lines it stands in. */
interface Word {
  readonly text: string;
  readonly offset: number;
  readonly type: TokenType;
  readonly isComment: boolean;
  readonly firstLine: number;
  readonly lastLine: number;
  /** The comment continues the value before it, as in `url=http://host`: a gap would hide that mistake. */
  readonly abuts: boolean;
}

/**
 * The canonical form of a text of the subset: one statement a line, two spaces for each brace, no
 * semicolons, attributes on one line where they fit and on a line each where not. Every word and every
 * comment stays, in its order: a comment beside something stays beside it, one on its own line stays
 * there, and empty lines between statements become one.
 * @param text without byte order mark, in which the reader finds no error
 */
export function layOut(text: string): string {
  const words = wordsOf(text);
  return new Layout(words).print(lineEndOf(text, words));
}

/** The first one between words: those inside strings and comments are part of them. */
function lineEndOf(text: string, words: readonly Word[]): string {
  let at = 0;
  for (const { offset, text: word } of words) {
    const found = /\r\n|\n/.exec(text.slice(at, offset));
    if (found) return found[0];
    at = offset + word.length;
  }
  return /\r\n|\n/.exec(text.slice(at))?.[0] ?? '\n';
}

/** All comments of a text in order, without trailing blanks. */
export function commentsOf(text: string): readonly string[] {
  const comments = token.dotLexer.tokenize(text).groups[token.commentGroup] ?? [];
  return comments.map(({ image }) => image.trimEnd());
}

function wordsOf(text: string): readonly Word[] {
  const source = new SourceText('', text);
  const { tokens, groups } = token.dotLexer.tokenize(text);
  const comments = groups[token.commentGroup] ?? [];
  let before: IToken | undefined;
  return [...tokens, ...comments]
    .sort((a, b) => a.startOffset - b.startOffset)
    .map((each): Word => {
      const { image, startOffset, tokenType } = each;
      const isComment = tokenType === token.LineComment || tokenType === token.BlockComment;
      const abuts =
        tokenType === token.LineComment &&
        before?.tokenType === token.UnquotedValue &&
        before.startOffset + before.image.length === startOffset;
      before = each;
      return {
        text: tokenType === token.LineComment ? image.trimEnd() : image,
        offset: startOffset,
        type: tokenType,
        isComment,
        firstLine: source.positionAt(startOffset).line,
        lastLine: source.positionAt(startOffset + image.length - 1).line,
        abuts,
      };
    });
}

class Layout {
  readonly #words: readonly Word[];
  /** For each word, where the next that is no comment stands, itself included. */
  readonly #nextToken: readonly number[];
  /** For each word, whether it is a comment that stands before something in the same line. */
  readonly #leads: readonly boolean[];
  #at = 0;
  #depth = 0;
  readonly #lines: string[] = [];
  #line: string | undefined;
  /** What the next word of a line must be parted from: a comment to the end of the line, or another. */
  #behind: 'word' | 'line comment' | 'block comment' = 'word';

  constructor(words: readonly Word[]) {
    this.#words = words;
    const nextToken: number[] = [];
    const leads: boolean[] = [];
    for (let at = words.length - 1; at >= 0; at -= 1) {
      nextToken[at] = words[at]?.isComment ? (nextToken[at + 1] ?? words.length) : at;
      leads[at] = this.#isLeading(at, leads[at + 1] ?? false);
    }
    this.#nextToken = nextToken;
    this.#leads = leads;
  }

  #isLeading(at: number, nextLeads: boolean): boolean {
    const [word, next] = [this.#words[at], this.#words[at + 1]];
    if (word?.type !== token.BlockComment || next?.firstLine !== word.lastLine) return false;
    if (next.isComment) return nextLeads;
    return !ends.has(next.type);
  }

  print(lineEnd: string): string {
    this.#items(() => this.#graph());
    this.#finishLine();
    return `${this.#lines.join(lineEnd)}${lineEnd}`;
  }

  // What stands on lines of its own

  /** Items and the comments between them, up to what closes them. Each item prints itself into a begun line. */
  #items(printItem: () => void): void {
    let isBegun = false;
    for (let word = this.#words[this.#at]; word && !closings.has(word.type); word = this.#words[this.#at]) {
      if (word.type === token.Semicolon || word.type === token.Comma) this.#at += 1;
      else if (word.isComment) isBegun = this.#comment(word, isBegun);
      else {
        if (!isBegun) this.#beginLine();
        printItem();
        isBegun = false;
      }
    }
  }

  /** Gives whether the next item goes on in the line of the comment. */
  #comment(word: Word, isBegun: boolean): boolean {
    const leads = this.#leads[this.#at] ?? false;
    const isBeside = this.#words[this.#at - 1]?.lastLine === word.firstLine && this.#behind !== 'line comment';
    if (!isBegun && (leads || !isBeside)) {
      this.#beginLine();
      this.#write(word, '');
    } else this.#write(word, word.abuts ? '' : ' ');
    return leads;
  }

  #beginLine(): void {
    const [before, word] = [this.#words[this.#at - 1], this.#words[this.#at]];
    const isFirst = before === undefined || openings.has(before.type);
    const isParted = word !== undefined && word.firstLine - (before?.lastLine ?? 0) > 1;
    this.#finishLine();
    if (!isFirst && isParted && !closings.has(word.type)) this.#lines.push('');
    this.#line = indentation.repeat(this.#depth);
  }

  #finishLine(): void {
    if (this.#line !== undefined) this.#lines.push(this.#line);
    this.#line = undefined;
    this.#behind = 'word';
  }

  // Statements

  #graph(): void {
    this.#token('');
    this.#token(' ');
    this.#braces();
  }

  #statement(): void {
    if (this.#nextIs(token.Subgraph)) {
      this.#token('');
      if (!this.#nextIs(token.LBrace)) this.#token(' ');
      return this.#braces();
    }
    this.#token('');
    if (this.#nextIs(token.Equals)) return this.#assigned();
    while (this.#nextIs(token.Arrow)) {
      this.#token(' ');
      this.#token(' ');
    }
    if (this.#nextIs(token.LBracket)) this.#block();
  }

  #assigned(): void {
    this.#token('');
    this.#token('');
  }

  #braces(): void {
    this.#token(' ');
    this.#enclosed(() => this.#statement());
  }

  #enclosed(printItem: () => void): void {
    this.#depth += 1;
    this.#items(printItem);
    this.#depth -= 1;
    this.#beginLine();
    this.#token('');
  }

  // Attributes

  #block(): void {
    const brief = this.#briefBlock();
    if (brief === undefined) {
      this.#token(' ');
      this.#enclosed(() => this.#attribute());
      return;
    }
    this.#put(' ');
    this.#line += brief.text;
    this.#at = brief.end;
  }

  /** The block on the rest of the line, and where the words behind it begin; undefined when it needs more. */
  #briefBlock(): { readonly text: string; readonly end: number } | undefined {
    let room = width - lengthOfLast(this.#line ?? '') - ' []'.length;
    const parts: string[] = [];
    let at = this.#at + 1;
    if (this.#words[this.#at]?.isComment) return undefined;
    for (let word = this.#words[at]; word && word.type !== token.RBracket; word = this.#words[at]) {
      const part = word.type === token.Comma ? ', ' : word.text;
      room -= part.length;
      if (word.isComment || room < 0 || part.includes('\n') || part.includes('\r')) return undefined;
      parts.push(part);
      at += 1;
    }
    return { text: `[${parts.join('')}]`, end: at + 1 };
  }

  #attribute(): void {
    this.#token('');
    this.#assigned();
    const comment = this.#words[this.#at];
    if (comment?.abuts) this.#write(comment, '');
    if (!this.#nextIs(token.Comma)) return;
    // Before the comments that stand before it in the text.
    this.#put('');
    this.#line += ',';
  }

  // Words

  #nextIs(type: TokenType): boolean {
    return this.#words[this.#nextToken[this.#at] ?? this.#words.length]?.type === type;
  }

  /** The next token, with the comments before it. */
  #token(gap: string): void {
    for (let word = this.#words[this.#at]; word?.isComment; word = this.#words[this.#at]) this.#write(word, ' ');
    const word = this.#words[this.#at];
    if (word) this.#write(word, gap);
  }

  #write({ text, type }: Word, gap: string): void {
    this.#put(gap);
    this.#line += text;
    this.#at += 1;
    if (type === token.LineComment) this.#behind = 'line comment';
    else this.#behind = type === token.BlockComment ? 'block comment' : 'word';
  }

  /** Parts what follows from what stands in the line. */
  #put(gap: string): void {
    if (this.#behind === 'line comment') {
      this.#lines.push(this.#line ?? '');
      this.#line = indentation.repeat(this.#depth + 2);
    } else this.#line = (this.#line ?? '') + (this.#behind === 'block comment' ? ' ' : gap);
    this.#behind = 'word';
  }
}

const openings: ReadonlySet<TokenType> = new Set([token.LBrace, token.LBracket]);
const closings: ReadonlySet<TokenType> = new Set([token.RBrace, token.RBracket]);
/** A comment before these stands behind something. */
const ends: ReadonlySet<TokenType> = new Set([...closings, token.Semicolon, token.Comma]);

function lengthOfLast(lines: string): number {
  return lines.length - (lines.lastIndexOf('\n') + 1);
}
