import { bareValue, Cursor, identifier, mostErrors, readString, takeQuoted, type TextError } from '../scan/cursor.ts';
import { didYouMean } from '../scan/nearest.ts';
import {
  modelProperties,
  type Declaration,
  type ModelProperty,
  type Selector,
  type Stylesheet,
  type StyleRule,
} from './stylesheet.ts';
import { longName } from './short-names.ts';

export interface ParsedStylesheet {
  /** The rules that are whole; with errors, never to be run with. */
  readonly stylesheet: Stylesheet;
  /** In order, the first `mostErrors`; behind them nothing is read. */
  readonly errors: readonly TextError[];
}

/**
 * Reads a stylesheet by the grammar of 8.2; an empty text has no rules. Reports every wrong selector
 * and declaration, going on behind it. Never throws; linear in the length of the text.
 */
export function parseStylesheet(text: string): ParsedStylesheet {
  const cursor = new Cursor(text);
  const rules: StyleRule[] = [];
  const errors: TextError[] = [];
  cursor.take(space);
  while (!cursor.atEnd && errors.length < mostErrors) {
    const rule = readRule(cursor, errors);
    if (rule) rules.push(rule);
    cursor.take(space);
  }
  return { stylesheet: { rules }, errors: errors.slice(0, mostErrors) };
}

const space = /\s*/y;
const open = /\{/y;
const close = /\}/y;
const colon = /:/y;
const semicolon = /;/y;
const className = /[a-z0-9-]+(?![A-Za-z_])/y;
/** What stands where a selector should, up to its block. */
const selectorText = /[^{}]*[^{}\s]/y;
/** What stands where a value should, up to the end of its declaration. */
const valueText = /[^;{}"\s](?:[^;{}"\n]*[^;{}"\s])?/y;
const declarationRest = /[^;{}"]+/y;

function readRule(cursor: Cursor, errors: TextError[]): StyleRule | undefined {
  const selector = readSelector(cursor, errors);
  cursor.take(space);
  const blockOffset = cursor.offset;
  if (cursor.take(open) === undefined) {
    errors.push(
      errorAt(blockOffset, 0, 'a block is missing after the selector', 'Write `SELECTOR { property: value; }`.'),
    );
    cursor.take(close);
    return undefined;
  }
  const declarations = readBlock(cursor, errors, blockOffset);
  return selector && { selector, declarations };
}

/** Leaves the cursor before the block, whatever stands there. */
function readSelector(cursor: Cursor, errors: TextError[]): Selector | undefined {
  const offset = cursor.offset;
  const selector = trySelector(cursor);
  if (selector && cursor.peek(/\s*(?:\{|$)/y) !== undefined) return selector;
  cursor.offset = offset;
  const written = cursor.take(selectorText) ?? '';
  errors.push(
    errorAt(
      offset,
      written.length,
      written === '' ? 'a selector is missing' : `\`${written}\` is not a selector`,
      selectorHint(written),
    ),
  );
  return undefined;
}

function trySelector(cursor: Cursor): Selector | undefined {
  const mark = cursor.take(/[*#.]/y);
  if (mark === '*') return { kind: 'universal' };
  const name = cursor.take(mark === '.' ? className : identifier);
  if (name === undefined) return undefined;
  return { kind: mark === '#' ? 'id' : mark === '.' ? 'class' : 'shape', name };
}

function selectorHint(written: string): string {
  if (written.includes(',')) return 'Write one rule for each selector.';
  if (written.startsWith('.')) return 'A class is written in lower-case letters, digits and hyphens: `.name`.';
  if (written.startsWith('/')) return 'A stylesheet has no comments: use those of DOT, outside the string.';
  return 'Write `*`, a shape, `.class` or `#node_id`.';
}

function readBlock(cursor: Cursor, errors: TextError[], blockOffset: number): readonly Declaration[] {
  const declarations: Declaration[] = [];
  let separated = true;
  let empty = true;
  while (errors.length < mostErrors) {
    cursor.take(space);
    const offset = cursor.offset;
    if (cursor.atEnd) {
      errors.push(errorAt(blockOffset, 1, 'the block is not closed', 'Close it with `}`.'));
      return declarations;
    }
    if (cursor.take(close) !== undefined) {
      if (empty)
        errors.push(
          errorAt(
            blockOffset,
            offset + 1 - blockOffset,
            'the block is empty',
            `Set one of: ${modelProperties.join(', ')}.`,
          ),
        );
      return declarations;
    }
    empty = false;
    if (!separated)
      errors.push(errorAt(offset, 0, '`;` is missing between two declarations', 'Write `;` after each declaration.'));
    const declaration = readDeclaration(cursor);
    if ('message' in declaration) {
      errors.push(declaration);
      skipDeclaration(cursor);
    } else declarations.push(declaration);
    cursor.take(space);
    separated = cursor.take(semicolon) !== undefined;
  }
  return declarations;
}

function readDeclaration(cursor: Cursor): Declaration | TextError {
  const offset = cursor.offset;
  const written = cursor.take(/[A-Za-z_][A-Za-z0-9_-]*/y);
  if (written === undefined) {
    return errorAt(offset, 1, 'a property is missing', 'Write `property: value`, one `;` after each.');
  }
  const property = modelProperties.find((name): name is ModelProperty => name === written);
  if (property === undefined)
    return errorAt(
      offset,
      written.length,
      `\`${written}\` is not a property of a stylesheet`,
      unknownPropertyHint(written),
    );
  cursor.take(space);
  if (cursor.take(colon) === undefined)
    return errorAt(cursor.offset, 0, `\`:\` is missing after \`${property}\``, `Write \`${property}: value\`.`);
  cursor.take(space);
  const value = readValue(cursor);
  return typeof value === 'string' ? { property, value } : value;
}

function unknownPropertyHint(written: string): string {
  const property = longName(written);
  return property === undefined ? didYouMean(written, modelProperties) : `Write \`${property}\`.`;
}

function readValue(cursor: Cursor): string | TextError {
  const quoted = readString(cursor);
  if (quoted !== undefined) return quoted;
  const offset = cursor.offset;
  const bare = cursor.take(bareValue);
  if (bare !== undefined && cursor.peek(/\s*(?:[;}]|$)|\s*[A-Za-z_]+\s*:/y) !== undefined) return bare;
  cursor.offset = offset;
  const written = cursor.peek(valueText);
  if (written === undefined) return errorAt(offset, 0, 'a value is missing', 'Write the value after `:`.');
  return errorAt(
    offset,
    written.length,
    `\`${written}\` is not a bare value`,
    `Write it in double quotes: \`"${written}"\`.`,
  );
}

/** Goes on to the `;` or `}` that ends the declaration, over strings. */
function skipDeclaration(cursor: Cursor): void {
  while (
    cursor.take(declarationRest) !== undefined ||
    takeQuoted(cursor) !== undefined ||
    cursor.take(open) !== undefined
  );
}

function errorAt(offset: number, length: number, message: string, hint: string): TextError {
  return { offset, length, message, hint };
}
