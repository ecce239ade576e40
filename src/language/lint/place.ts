import type { Diagnostic, Severity } from '../../contract/diagnostic.ts';
import type { Attribute, Edge, Graph, Node } from '../graph/graph.ts';
import type { Span } from '../graph/span.ts';
import type { TextError } from '../scan/cursor.ts';
import type { LintContext } from './lint-rule.ts';

export type Place = Pick<Diagnostic, 'file' | 'line' | 'column' | 'node' | 'edge'>;

/** Where a graph, node or edge stands; with a key, where that attribute of it stands. */
export function placeOf(subject: Graph | Node | Edge, key?: string): Place {
  const { file, start } = (key === undefined ? undefined : subject.attributes.get(key)?.span) ?? subject.span;
  return { file, line: start.line, column: start.column, ...named(subject) };
}

export function finding(rule: string, severity: Severity, message: string, place: Place, hint?: string): Diagnostic {
  return { rule, severity, message, ...place, ...(hint === undefined ? {} : { hint }) };
}

/** Errors inside the text of an attribute, each at its own place in the file. */
export function findingsInText(rule: string, subject: Graph | Node | Edge, attribute: Attribute, errors: readonly TextError[], context: LintContext): readonly Diagnostic[] {
  const source = context.sourceOf(attribute.span.file);
  return errors.map(({ offset, message, hint }) => {
    const { line, column } = positionInText(attribute.span, offset, source);
    return finding(rule, 'error', `${attribute.key}: ${message}`, { file: attribute.span.file, line, column, ...named(subject) }, hint);
  });
}

function named(subject: Graph | Node | Edge): Pick<Place, 'node' | 'edge'> {
  switch (subject.kind) {
    case 'graph':
      return {};
    case 'node':
      return { node: subject.id };
    case 'edge':
      return { edge: [subject.from, subject.to] };
  }
}

const openingQuote = /^(?:[\w.]+\s*=\s*)?"/;

/**
 * Line and column of the character `offset` of a quoted attribute value: an escape is two characters
 * in the file and one in the value. Without the source, or for a bare value, the attribute's start.
 */
function positionInText(span: Span, offset: number, source: string | undefined): { readonly line: number; readonly column: number } {
  const raw = source?.slice(span.start.offset, span.end.offset) ?? '';
  const quote = openingQuote.exec(raw)?.[0];
  if (quote === undefined) return span.start;
  let at = quote.length;
  for (let passed = 0; passed < offset && at < raw.length; passed += 1) at += raw[at] === '\\' ? 2 : 1;
  const lines = raw.slice(0, at).split('\n');
  const last = lines.at(-1)?.length ?? 0;
  return { line: span.start.line + lines.length - 1, column: lines.length === 1 ? span.start.column + last : last + 1 };
}
