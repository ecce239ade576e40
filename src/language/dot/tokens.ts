import { createToken, type CustomPatternMatcherReturn, type IToken, Lexer, type TokenType } from 'chevrotain';
import { endOfQuoted } from '../scan/quoted.ts';

/**
 * The words of the DOT subset, and beside them every word people write by mistake: those become
 * tokens too, so that the parser can name the mistake and go on behind it.
 */

const category = (name: string): TokenType => createToken({ name, pattern: Lexer.NA });

/** What can stand where a node id is expected; all but `Identifier` are refused with a hint. */
export const NodeName = category('NodeName');
/** What can stand where an attribute key is expected. Keywords are ordinary keys. */
export const AttributeName = category('AttributeName');
/** What is read as the target of an edge. */
export const EdgeTarget = category('EdgeTarget');
/** `graph`, `node`, `edge`: they open a defaults block and cannot be node ids. */
export const DefaultsKeyword = category('DefaultsKeyword');
export const EdgeOperator = category('EdgeOperator');
export const Separator = category('Separator');
export const Value = category('Value');
/** What can begin no statement. */
export const StrayInStatements = category('StrayInStatements');
/** What has no place inside an attribute block. */
export const StrayInBlock = category('StrayInBlock');

// The matcher keeps every repetition of a group on its stack, which is large but not endless. A longer word
// falls into two, and is refused for that.
const mostRepeated = 100_000;

// A name ends where no letter, digit, dot, colon or inner hyphen follows; `a->b` and `a--b` need no spaces.
const nameCharacter = String.raw`(?:[\w.:]|(?!\s)[\u0080-\uFFFF]|-(?![->]))`;
const word = (text: string): RegExp => new RegExp(`${text}(?!${nameCharacter})`);

const keyword = (name: string, text: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, pattern: word(text), categories: [AttributeName, ...categories] });

export const Digraph = keyword('Digraph', 'digraph');
export const GraphKeyword = keyword('GraphKeyword', 'graph', [DefaultsKeyword, EdgeTarget]);
export const NodeKeyword = keyword('NodeKeyword', 'node', [DefaultsKeyword, EdgeTarget]);
export const EdgeKeyword = keyword('EdgeKeyword', 'edge', [DefaultsKeyword, EdgeTarget]);
export const Subgraph = keyword('Subgraph', 'subgraph');

const names = [NodeName, AttributeName, EdgeTarget];
export const Identifier = createToken({
  name: 'Identifier',
  pattern: word(String.raw`[A-Za-z_]\w*`),
  categories: names,
});
export const QualifiedId = createToken({
  name: 'QualifiedId',
  pattern: word(String.raw`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){1,${mostRepeated}}`),
  categories: names,
});
/** Hyphens, colons, other alphabets, a digit in front: no name of the subset. */
export const OddName = createToken({
  name: 'OddName',
  pattern: new RegExp(`${nameCharacter}{1,${mostRepeated}}`),
  categories: names,
});

export const Arrow = createToken({
  name: 'Arrow',
  pattern: '->',
  categories: [EdgeOperator, StrayInStatements, StrayInBlock],
});
/** `--`, and the arrows of other languages. */
export const WrongArrow = createToken({
  name: 'WrongArrow',
  pattern: /--+>?|=+>|\u2192/,
  categories: [EdgeOperator, StrayInStatements, StrayInBlock],
});

export const LBrace = createToken({ name: 'LBrace', pattern: '{', categories: [StrayInBlock] });
export const RBrace = createToken({ name: 'RBrace', pattern: '}' });
export const LBracket = createToken({ name: 'LBracket', pattern: '[', categories: [StrayInStatements, StrayInBlock] });
export const RBracket = createToken({ name: 'RBracket', pattern: ']', categories: [StrayInStatements] });
export const Comma = createToken({ name: 'Comma', pattern: ',', categories: [Separator, StrayInStatements] });
export const Semicolon = createToken({ name: 'Semicolon', pattern: ';', categories: [Separator, StrayInStatements] });
export const Equals = createToken({ name: 'Equals', pattern: '=', categories: [StrayInStatements, StrayInBlock] });

function quotedString(text: string, offset: number): CustomPatternMatcherReturn | null {
  const end = text.charAt(offset) === '"' ? endOfQuoted(text, offset) : undefined;
  return end === undefined ? null : [text.slice(offset, end)];
}

const quoted = [NodeName, AttributeName, EdgeTarget, Value];
export const StringLiteral = createToken({
  name: 'StringLiteral',
  pattern: quotedString,
  line_breaks: true,
  start_chars_hint: ['"'],
  categories: quoted,
});
export const UnclosedString = createToken({
  name: 'UnclosedString',
  pattern: /"[^]*/,
  line_breaks: true,
  categories: quoted,
});

// Values are words of their own, recognised only behind `=`: `a-` is a value but `a->b` is an edge.
const valueEnd = /[,\]\n]/g;
const valueRun = new RegExp(String.raw`(?:[^\s,;[\]{}"/]|/(?![/*])){1,${mostRepeated}}`, 'y');

function behindEquals(tokens: readonly IToken[]): boolean {
  return tokens.at(-1)?.tokenType === Equals;
}

function unquotedValue(text: string, offset: number, tokens: IToken[]): CustomPatternMatcherReturn | null {
  if (!behindEquals(tokens)) return null;
  valueRun.lastIndex = offset;
  const match = valueRun.exec(text);
  return match && [match[0]];
}

function htmlValue(text: string, offset: number, tokens: IToken[]): CustomPatternMatcherReturn | null {
  return behindEquals(tokens) ? [text.slice(offset, endOfHtml(text, offset))] : null;
}

// Stops where the next HTML value would begin, so that many unclosed ones are still read in linear time.
function endOfHtml(text: string, offset: number): number {
  let depth = 0;
  for (let at = offset; at < text.length; at += 1) {
    if (text[at] === '<') {
      if (at > offset && text[at - 1] === '=') break;
      depth += 1;
    } else if (text[at] === '>') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  valueEnd.lastIndex = offset;
  return valueEnd.exec(text)?.index ?? text.length;
}

export const HtmlValue = createToken({
  name: 'HtmlValue',
  pattern: htmlValue,
  line_breaks: true,
  start_chars_hint: ['<'],
  categories: [Value, StrayInStatements, StrayInBlock],
});

// The lexer sorts patterns by first character: single codes below 256, buckets of 255 above.
const everyCharacter = [
  ...Array(256).keys(),
  ...Array.from({ length: 257 }, (_, bucket) => Math.min(bucket * 255 + 256, 0xffff)),
];

export const UnquotedValue = createToken({
  name: 'UnquotedValue',
  pattern: unquotedValue,
  line_breaks: false,
  start_chars_hint: everyCharacter,
  categories: [Value, StrayInStatements, StrayInBlock],
});

/** Joins strings in Graphviz. */
export const Plus = createToken({ name: 'Plus', pattern: '+', categories: [StrayInStatements, StrayInBlock] });

/** Outside the token stream: reported by themselves, invisible to the grammar. */
export const problemGroup = 'problems';
/** Spaces that are none to the grammar, as pages of the web are full of. */
export const OddSpace = createToken({
  name: 'OddSpace',
  pattern: /[^\S \t\r\n\f\v]+/,
  group: problemGroup,
  start_chars_hint: everyCharacter,
  line_breaks: false,
});
export const HashComment = createToken({ name: 'HashComment', pattern: /#[^\n\r]*/, group: problemGroup });
export const UnclosedComment = createToken({
  name: 'UnclosedComment',
  pattern: /\/\*[^]*/,
  line_breaks: true,
  group: problemGroup,
});

export const UnknownCharacter = createToken({
  name: 'UnknownCharacter',
  pattern: /[^]/,
  line_breaks: false,
  start_chars_hint: everyCharacter,
  categories: [StrayInStatements, StrayInBlock],
});

/** Outside the token stream as well: what a formatter has to keep. */
export const commentGroup = 'comments';
export const LineComment = createToken({ name: 'LineComment', pattern: /\/\/[^\n\r]*/, group: commentGroup });
export const BlockComment = createToken({
  name: 'BlockComment',
  pattern: /\/\*[^]*?\*\//,
  group: commentGroup,
  line_breaks: true,
});

const whiteSpace = createToken({
  name: 'WhiteSpace',
  pattern: /[ \t\r\n\f\v]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});

const categories = [
  NodeName,
  EdgeTarget,
  AttributeName,
  DefaultsKeyword,
  EdgeOperator,
  Separator,
  Value,
  StrayInStatements,
  StrayInBlock,
];

/** In order of precedence: the first pattern that matches wins. */
export const vocabulary: TokenType[] = [
  whiteSpace,
  LineComment,
  BlockComment,
  OddSpace,
  UnclosedComment,
  HtmlValue,
  UnquotedValue,
  StringLiteral,
  UnclosedString,
  Arrow,
  WrongArrow,
  LBrace,
  RBrace,
  LBracket,
  RBracket,
  Comma,
  Semicolon,
  Equals,
  Digraph,
  GraphKeyword,
  NodeKeyword,
  EdgeKeyword,
  Subgraph,
  Identifier,
  QualifiedId,
  OddName,
  HashComment,
  Plus,
  UnknownCharacter,
  ...categories,
];

export const dotLexer = new Lexer(vocabulary, { positionTracking: 'onlyOffset', ensureOptimizations: true });
