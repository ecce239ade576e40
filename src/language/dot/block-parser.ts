import { type IToken, tokenMatcher } from 'chevrotain';
import type { TextEdit } from '../../contract/diagnostic.ts';
import type { Attribute, AttributeValue } from '../graph/graph.ts';
import * as complaint from './block-complaints.ts';
import { joinedStrings } from './complaint.ts';
import { secondBlock } from './complaints.ts';
import { ForgivingParser } from './forgiving-parser.ts';
import { decodeString, encodeString } from './literal.ts';
import { readLiteral } from './read-literal.ts';
import { Renaming } from './renaming.ts';
import { shortNames } from '../stylesheet/short-names.ts';
import { applyEdits } from './text-edits.ts';
import * as token from './tokens.ts';

/** The attribute blocks of a statement. */
export interface Blocks {
  readonly attributes: Map<string, Attribute>;
  /** The key of the first one: what is written before it belongs to the same block. */
  first: IToken | undefined;
  /** Those of the complaint that there are none; a statement that cannot do without takes itself away here. */
  emptied: TextEdit[] | undefined;
}

/** An attribute block while it is read. */
interface Block extends Blocks {
  readonly origin: Attribute['origin'];
  /** What stands before the next word; after a mistake nothing is asked of it. */
  previous: 'opening' | 'attribute' | 'comma' | 'semicolon' | 'mistake';
  /** The last word of the attribute before. */
  last: IToken | undefined;
  /** The comma before the next word. */
  comma: IToken | undefined;
  /** Whether an attribute was read in this pair of brackets. */
  isEmpty: boolean;
}

/** The part of the grammar between brackets, and the values behind `=`. */
export class BlockParser extends ForgivingParser {
  protected text = '';
  protected renaming = new Renaming([]);
  /** The value read last; of joined strings the first. */
  private literal: IToken | undefined;

  /** One block; further ones are complained of and merged. */
  protected readonly attributes = this.RULE('attributes', (origin: Attribute['origin']): Blocks => {
    const block: Block = {
      attributes: new Map(),
      first: undefined,
      emptied: undefined,
      origin,
      previous: 'opening',
      last: undefined,
      comma: undefined,
      isEmpty: true,
    };
    let closing = this.SUBRULE(this.block, { ARGS: [block] });
    let joined = block.isEmpty ? undefined : closing;
    this.MANY(() => {
      const opening = this.LA(1);
      const edits: TextEdit[] = [];
      this.complain(opening, secondBlock, edits);
      closing = this.SUBRULE1(this.block, { ARGS: [block] });
      this.ACTION(() => {
        if (block.isEmpty) return;
        if (joined) edits.push(this.remove(joined), this.replace(opening, ','));
        joined = closing;
      });
    });
    return block;
  });

  /** Gives the bracket that closes it. */
  private readonly block = this.RULE('block', (block: Block): IToken | undefined => {
    const opening = this.CONSUME(token.LBracket);
    this.ACTION(() => {
      block.previous = 'opening';
      block.isEmpty = true;
    });
    const findingsBefore = this.findings.count;
    this.MANY({
      GATE: () => !this.statementBegins(),
      DEF: () => {
        this.OR([
          { ALT: () => this.SUBRULE(this.blockEntry, { ARGS: [block] }) },
          {
            ALT: () => {
              const separator = this.CONSUME(token.Separator);
              this.ACTION(() => this.takeSeparator(block, separator));
            },
          },
          {
            ALT: () => {
              const stray = this.CONSUME(token.StrayInBlock);
              this.ACTION(() => {
                if (!this.findings.hasErrorInLine(stray)) this.complain(stray, complaint.strayInBlock(stray.image));
                this.skipEntry(block);
              });
            },
          },
        ]);
      },
    });
    const closing = this.OPTION(() => this.CONSUME(token.RBracket));
    this.ACTION(() => {
      if (closing) this.closeBlock(block, opening, closing);
      else {
        // Statements taken for attributes earned complaints of their own.
        this.findings.dropBehind(findingsBefore);
        this.neverClosed('the attributes', opening);
      }
    });
    return closing;
  });

  private closeBlock(block: Block, opening: IToken, closing: IToken): void {
    if (block.previous === 'comma' && block.comma) {
      this.complain(block.comma, complaint.trailingComma, [this.remove(block.comma)]);
    } else if (block.previous === 'opening') {
      block.emptied = [this.remove(opening), this.remove(closing)];
      this.complain(opening, complaint.emptyBlock, block.emptied);
    }
  }

  private readonly blockEntry = this.RULE('blockEntry', (block: Block) => {
    const key = this.CONSUME(token.AttributeName);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(token.Equals);
          const value = this.SUBRULE(this.value, { ARGS: [key] });
          this.ACTION(() => this.takeAttribute(block, key, value));
        },
      },
      { ALT: () => this.ACTION(() => this.takeWord(block, key)) },
    ]);
  });

  private takeAttribute(block: Block, key: IToken, value: AttributeValue | undefined): void {
    if (block.previous === 'attribute') {
      this.complain(key, complaint.missingComma(key.image), block.last && [this.insertBehind(block.last, ',')]);
    }
    if (!isIdentifier(key) && key.tokenType !== token.QualifiedId) {
      this.complain(key, complaint.oddKey(key.image), [this.replace(key, meaningOf(key))]);
    }
    if (value === undefined) {
      this.skipEntry(block);
      return;
    }
    const attribute = this.attribute(key, value, block.origin);
    if (block.attributes.has(attribute.key)) {
      this.findings.warning('duplicate_attribute', key, complaint.duplicateKey(key.image));
    }
    block.attributes.set(attribute.key, attribute);
    block.previous = 'attribute';
    block.last = this.LA(0);
    block.first ??= key;
    block.isEmpty = false;
  }

  /** A word without `=`: a key that lacks its value, or more of a value that lacks its quotes. */
  private takeWord(block: Block, word: IToken): void {
    const say = block.previous === 'attribute' ? complaint.textNeedsQuotes : complaint.valuelessKey;
    this.complain(word, say(word.image));
    this.skipEntry(block);
  }

  private takeSeparator(block: Block, separator: IToken): void {
    const { previous } = block;
    if (separator.tokenType === token.Semicolon) {
      const separates = previous === 'attribute' && this.attributeFollows();
      this.complain(separator, complaint.semicolonInBlock, [this.replace(separator, separates ? ',' : '')]);
      if (previous === 'attribute') block.previous = 'semicolon';
    } else if (previous === 'attribute' || previous === 'mistake') {
      block.previous = 'comma';
      block.comma = separator;
    } else this.complain(separator, complaint.superfluousComma, [this.remove(separator)]);
  }

  /** Behind any number of separators. */
  private attributeFollows(): boolean {
    let ahead = 1;
    while (tokenMatcher(this.LA(ahead), token.Separator)) ahead += 1;
    return this.LA(ahead).tokenType !== token.RBracket;
  }

  private skipEntry(block: Block): void {
    this.skipInBlock();
    block.previous = 'mistake';
  }

  protected attribute(key: IToken, value: AttributeValue, origin: Attribute['origin']): Attribute {
    const name = meaningOf(key);
    const understood = name === 'model_stylesheet' ? this.readStylesheet(value) : value;
    const attribute = { key: name, value: understood, origin, span: this.findings.between(key, this.LA(0)) };
    if (this.literal && Renaming.mayRefer(name)) this.renaming.refer(attribute, this.literal);
    return attribute;
  }

  /** Read strictly, a stylesheet is judged when all of it is known; its habits are the reader's. */
  private readStylesheet(value: AttributeValue): AttributeValue {
    const literal = this.literal;
    if (!this.findings.lenient || literal?.tokenType !== token.StringLiteral) return value;
    const edits = shortNames(literal.image).map(({ offset, written, property }) => {
      const start = literal.startOffset + offset;
      const edit = { start, end: start + written.length, text: property };
      this.findings.errorAt(this.findings.source.positionAt(start), complaint.shortProperty(written, property), [edit]);
      return { ...edit, start: offset, end: offset + written.length };
    });
    if (edits.length === 0 || value.text !== decodeString(literal.image).text) return value;
    return { kind: 'string', text: decodeString(applyEdits(literal.image, edits)).text };
  }

  /** The literal behind `=`; undefined, complained of, when there is none. */
  protected readonly value = this.RULE('value', (key: IToken): AttributeValue | undefined => {
    const literal = this.OPTION(() => this.CONSUME(token.Value));
    const more: IToken[] = [];
    this.MANY({
      GATE: () => this.LA(0).tokenType === token.StringLiteral && this.LA(2).tokenType === token.StringLiteral,
      DEF: () => {
        more.push(this.CONSUME(token.Plus));
        more.push(this.CONSUME(token.StringLiteral));
      },
    });
    return this.ACTION(() => {
      if (literal) this.literal = literal;
      if (literal && more.length > 0) return this.joinStrings(literal, more);
      if (literal) return readLiteral(literal, this.text, this.findings);
      this.complainOfMissing(this.LA(1), complaint.missingValue(key.image, this.LA(1).image));
      return undefined;
    });
  });

  /** @param more the signs and strings behind the first, by turns */
  private joinStrings(first: IToken, more: readonly IToken[]): AttributeValue {
    const strings = [first, ...more.filter(({ tokenType }) => tokenType === token.StringLiteral)];
    for (const string of strings) readLiteral(string, this.text, this.findings);
    const text = strings.map(meaningOf).join('');
    this.complain(more[0], joinedStrings, [
      this.replace(first, encodeString(text)),
      ...more.map((each) => this.remove(each)),
    ]);
    return { kind: 'string', text };
  }
}

export const identifierPattern = /^[A-Za-z_]\w*$/;

// Keywords are identifiers too, where the grammar leaves no doubt: as keys and as names of graphs and subgraphs.
export function isIdentifier({ image }: IToken): boolean {
  return identifierPattern.test(image);
}

/** What a name stands for: the text of a string, itself otherwise. */
export function meaningOf({ image, tokenType }: IToken): string {
  return tokenType === token.StringLiteral ? decodeString(image).text : image;
}
