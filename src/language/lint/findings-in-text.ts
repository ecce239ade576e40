import type { Diagnostic } from '../../contract/diagnostic.ts';
import type { Attribute, Edge, Graph, Node } from '../graph/graph.ts';
import { finding, placeOf } from '../graph/place.ts';
import type { Span } from '../graph/span.ts';
import type { TextError } from '../scan/cursor.ts';
import type { LintContext } from './lint-rule.ts';

/** Errors inside the text of an attribute, each at its own place in the file. */
export function findingsInText(
  rule: string,
  subject: Graph | Node | Edge,
  attribute: Attribute,
  errors: readonly TextError[],
  context: LintContext,
): readonly Diagnostic[] {
  if (errors.length === 0) return [];
  const source = context.sourceOf(attribute.span.file);
  return errors.map(({ offset, message, hint }) => {
    const { line, column } = positionInText(attribute.span, offset, source);
    return finding(
      rule,
      'error',
      `${attribute.key}: ${message}`,
      { ...placeOf(subject, attribute.key), line, column },
      hint,
    );
  });
}

const openingQuote = /^(?:[\w.]+\s*=\s*)?"/;

/**
 * Line and column of the character `offset` of a quoted attribute value: an escape is two characters
 * in the file and one in the value. Without the source, or for a bare value, the attribute's start.
 */
function positionInText(
  span: Span,
  offset: number,
  source: string | undefined,
): { readonly line: number; readonly column: number } {
  const raw = source?.slice(span.start.offset, span.end.offset) ?? '';
  const quote = openingQuote.exec(raw)?.[0];
  if (quote === undefined) return span.start;
  let at = quote.length;
  for (let passed = 0; passed < offset && at < raw.length; passed += 1) at += raw[at] === '\\' ? 2 : 1;
  const lines = raw.slice(0, at).split('\n');
  const last = lines.at(-1)?.length ?? 0;
  return { line: span.start.line + lines.length - 1, column: lines.length === 1 ? span.start.column + last : last + 1 };
}
