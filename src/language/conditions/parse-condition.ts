import { bareValue, Cursor, mostErrors, readString, takeQuoted, type TextError } from '../scan/cursor.ts';
import { nearest } from '../scan/nearest.ts';
import type { Clause, Condition, Key } from './condition.ts';

export interface ParsedCondition {
  /** Present exactly when there are no errors. */
  readonly condition?: Condition;
  /** At most one per clause, in order, the first `mostErrors`. */
  readonly errors: readonly TextError[];
}

/**
 * Reads an edge condition by the grammar of 10.2. Like the evaluation of 10.5 it also takes a key alone
 * and passes over empty clauses, so that the empty text is the condition without clauses. Never throws; linear in the length of the text.
 */
export function parseCondition(text: string): ParsedCondition {
  const cursor = new Cursor(text);
  const clauses: Clause[] = [];
  const errors: TextError[] = [];
  do {
    cursor.take(space);
    if (cursor.atEnd || cursor.peek(and) !== undefined) continue;
    const clause = readClause(cursor);
    if (!('message' in clause)) {
      clauses.push(clause);
      continue;
    }
    errors.push(clause);
    skipClause(cursor);
  } while (errors.length < mostErrors && cursor.take(and) !== undefined);
  return errors.length === 0 ? { condition: { clauses }, errors } : { errors };
}

const space = /\s*/y;
const and = /&&/y;
// Repeated within bounds, as the matcher keeps every repetition of a group on its stack.
const dottedKey = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*){0,200}/y;
const operator = /!=|=(?!=)/y;
const integer = /-?[0-9]+(?![A-Za-z0-9_.:-])/y;
/** Where a clause ends; anything else here belongs to the clause and is wrong. */
const clauseEnd = /\s*(?=&&|$)/y;
/** A run without spaces, strings or `&&`, to underline as one. */
const wrongRun = /(?:(?!&&)[^\s"]){1,200}|"/y;

/** Leaves the cursor behind the clause, or behind what is wrong in it. */
function readClause(cursor: Cursor): Clause | TextError {
  const keyOffset = cursor.offset;
  const written = cursor.take(dottedKey);
  if (written === undefined) return wrongKey(cursor);
  const key = keyOf(written);
  if (key === undefined) {
    return errorAt(keyOffset, written.length, `\`${written}\` is not a key of a condition`, unknownKeyHint(written));
  }
  if (cursor.take(clauseEnd) !== undefined) return bareKey(key, keyOffset, written);
  cursor.take(space);
  const operation = cursor.take(operator);
  if (operation === undefined) return wrongOperator(cursor);
  cursor.take(space);
  const literal = readLiteral(cursor);
  if (typeof literal !== 'string') return literal;
  if (cursor.take(clauseEnd) === undefined) return wrongTail(cursor);
  return { kind: 'compare', key, operator: operation === '=' ? '=' : '!=', literal };
}

/** Goes on to the next `&&` outside strings, or to the end. */
function skipClause(cursor: Cursor): void {
  while (!cursor.atEnd && cursor.peek(and) === undefined) {
    if (takeQuoted(cursor) === undefined) cursor.offset += 1;
  }
}

function keyOf(written: string): Key | undefined {
  if (written === 'outcome' || written === 'preferred_label') return { kind: written };
  if (written.startsWith('context.')) return { kind: 'context', path: written.slice('context.'.length) };
  return undefined;
}

function bareKey(key: Key, offset: number, written: string): Clause | TextError {
  if (key.kind !== 'outcome') return { kind: 'truthy', key };
  return errorAt(
    offset,
    written.length,
    '`outcome` alone is always true',
    'Write `outcome=success` or another status.',
  );
}

function readLiteral(cursor: Cursor): string | TextError {
  const quoted = readString(cursor);
  if (quoted !== undefined) return quoted;
  const plain = cursor.take(integer) ?? cursor.take(bareValue);
  if (plain !== undefined) return plain;
  const offset = cursor.offset;
  const run = cursor.peek(wrongRun);
  if (run === undefined)
    return errorAt(offset, 0, 'a value is missing', 'Write the value to compare with; the empty one is `""`.');
  if (run.startsWith('=')) return errorAt(offset, run.length, '`==` is not an operator', 'Write `=` or `!=`.');
  return errorAt(
    offset,
    run.length,
    `\`${run}\` is not a value`,
    `Write it in double quotes: \`"${run.replace(/^'|'$/g, '')}"\`.`,
  );
}

function wrongKey(cursor: Cursor): TextError {
  const run = cursor.peek(wrongRun) ?? '';
  if (run.startsWith('!')) {
    return errorAt(
      cursor.offset,
      run.length,
      'there is no negation',
      'Compare with `!=`, for example `context.flag!=true`.',
    );
  }
  return errorAt(cursor.offset, run.length, 'a clause starts with a key', `Keys are ${keys}.`);
}

function wrongOperator(cursor: Cursor): TextError {
  const run = cursor.peek(wrongRun) ?? '';
  const found = /^(==|\|\||\||&|<=|>=|[<>~+*/-]|[A-Za-z]+)/.exec(run)?.[0] ?? run;
  return errorAt(cursor.offset, Math.max(found.length, 1), `\`${found}\` is not an operator`, operatorHint(found));
}

function operatorHint(found: string): string {
  switch (found.toLowerCase()) {
    case '==':
      return 'Write `=` for equality.';
    case '||':
    case '|':
    case 'or':
      return 'There is no "or": write one edge for each alternative.';
    case '&':
    case 'and':
      return 'Write `&&`.';
    case '<':
    case '>':
    case '<=':
    case '>=':
      return 'Only `=` and `!=` exist: let a node compare and set a context key.';
    default:
      return 'The operators are `=` and `!=`; clauses are joined by `&&`.';
  }
}

function wrongTail(cursor: Cursor): TextError {
  const gap = cursor.take(space) ?? '';
  const run = cursor.peek(wrongRun) ?? '';
  if (/^(\|\|?|&|or$|and$)/i.test(run)) return wrongOperator(cursor);
  const hint =
    gap === ''
      ? 'Write the whole value in double quotes.'
      : 'Write a value with spaces in double quotes; join clauses by `&&`.';
  return errorAt(cursor.offset, Math.max(run.length, 1), `\`${run}\` is left over after the value`, hint);
}

const keys = '`outcome`, `preferred_label` and `context.NAME`';

function unknownKeyHint(written: string): string {
  if (written === 'context') return 'Name the key: `context.NAME`.';
  if (['success', 'partial_success', 'retry', 'fail', 'skipped'].includes(written))
    return `Write \`outcome=${written}\`.`;
  const near = nearest(written, ['outcome', 'preferred_label']);
  if (near !== undefined) return `Did you mean \`${near}\`? A context key is written \`context.${written}\`.`;
  return `Write \`context.${written}\`; keys are ${keys}.`;
}

function errorAt(offset: number, length: number, message: string, hint: string): TextError {
  return { offset, length, message, hint };
}
