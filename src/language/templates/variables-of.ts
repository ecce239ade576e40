import { Cursor, takeQuoted } from '../scan/cursor.ts';

/**
 * The variables a Jinja2 template reads from outside, as dotted paths in order, without duplicates: a
 * scanner for hints, not a parser. It knows names the template sets itself (`for`, `set`, `macro`,
 * `with`, imports), and leaves out those that may be missing (`default`, `is defined`). Linear in the
 * length of the text; behind a tag that is never closed nothing is read.
 */
export function variablesOf(template: string): readonly string[] {
  const tags = tagsOf(template);
  const own = new Set([...providedNames, ...tags.flatMap(({ word, tokens }) => boundNames(word, tokens))]);
  const read = tags.flatMap(({ word, tokens }) => tokens.filter((_token, index) => isRead(tokens, index, word)));
  return [...new Set(read.filter((path) => !own.has(path.split('.', 1)[0] ?? '')))];
}

/** Whether a text has Jinja2 tags at all. */
export function hasTemplateTags(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

interface Tag {
  /** The statement, for example `for`; undefined for an expression. */
  readonly word: string | undefined;
  readonly tokens: readonly string[];
}

const opening = /\{[{%#]-?/g;
const space = /\s+/y;
// Dots are repeated within bounds, as the matcher keeps every repetition of a group on its stack.
const token = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){0,200}|\d[\w.]*|[=!<>]=|[^\s"']/y;
const endOfRaw = /\{%-?\s*endraw\s*-?%\}/g;
const path = /^[A-Za-z_]/;
const providedNames = ['loop', 'self', 'super', 'varargs', 'kwargs', 'caller'];
const operatorWords =
  /^(?:and|or|not|in|is|if|else|true|false|none|True|False|None|as|recursive|scoped|ignore|missing|without|context)$/;

function tagsOf(template: string): readonly Tag[] {
  const cursor = new Cursor(template);
  const tags: Tag[] = [];
  for (let mark = cursor.find(opening); mark !== undefined; mark = cursor.find(opening)) {
    if (mark.startsWith('{#')) {
      if (cursor.find(/#\}/g) === undefined) break;
      continue;
    }
    const tokens = readTokens(cursor, mark.startsWith('{{') ? '}}' : '%}');
    if (tokens === undefined) break;
    const [word, ...rest] = tokens;
    if (mark.startsWith('{{')) tags.push({ word: undefined, tokens });
    else if (word !== undefined) tags.push({ word, tokens: rest });
    if (mark.startsWith('{%') && word === 'raw' && cursor.find(endOfRaw) === undefined) break;
  }
  return tags;
}

/** The words of a tag up to its closing mark; undefined when it, or a string in it, is never closed. */
function readTokens(cursor: Cursor, closing: '}}' | '%}'): readonly string[] | undefined {
  const tokens: string[] = [];
  for (;;) {
    cursor.take(space);
    if (cursor.text.startsWith(closing, cursor.offset)) {
      cursor.offset += closing.length;
      return tokens;
    }
    const next = takeQuoted(cursor, /["']/y) ?? cursor.take(token);
    if (next === undefined || cursor.atEnd) return undefined;
    tokens.push(next);
  }
}

/** Names a statement gives a value to. */
function boundNames(word: string | undefined, tokens: readonly string[]): readonly string[] {
  switch (word) {
    case 'for':
      return tokens.slice(0, Math.max(tokens.indexOf('in'), 0));
    case 'set':
      return tokens.slice(0, tokens.includes('=') ? tokens.indexOf('=') : undefined);
    case 'with':
      return tokens.filter((_token, index) => tokens[index + 1] === '=');
    case 'macro':
    case 'call':
    case 'import':
    case 'from':
    case 'block':
    case 'endblock':
      return tokens;
    default:
      return [];
  }
}

/** Whether the token is a variable whose absence would be an error. */
function isRead(tokens: readonly string[], index: number, word: string | undefined): boolean {
  const [before2, before, current = '', after, after2] = [-2, -1, 0, 1, 2].map((step) => tokens[index + step]);
  if (!path.test(current) || operatorWords.test(current)) return false;
  const isFilter = before === '|' || (word === 'filter' && index === 0);
  const isTest = before === 'is' || (before === 'not' && before2 === 'is');
  const isMember = before === '.';
  const isCallOrArgument = after === '(' || after === '=';
  if (isFilter || isTest || isMember || isCallOrArgument) return false;
  const hasDefault = after === '|' && (after2 === 'default' || after2 === 'd');
  const isAsked = after === 'is' && tokens.slice(index + 2, index + 4).some((asked) => /^(?:un)?defined$/.test(asked));
  return !hasDefault && !isAsked;
}
