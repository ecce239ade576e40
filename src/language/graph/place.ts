import type { Diagnostic, Severity } from '../../contract/diagnostic.ts';
import { textOf } from './attributes.ts';
import type { Edge, Graph, Node } from './graph.ts';

/** What a diagnostic speaks of: a place in a file, and the node or edge that stands there. */
export type Place = Pick<Diagnostic, 'file' | 'line' | 'column' | 'node' | 'edge'>;

/** Where a graph, node or edge stands; with a key, where that attribute of it stands. */
export function placeOf(subject: Graph | Node | Edge, key?: string): Place {
  const { file, start } = (key === undefined ? undefined : subject.attributes.get(key)?.span) ?? subject.span;
  return { file, line: start.line, column: start.column, ...nameOf(subject) };
}

/** A diagnostic about a place. */
export function finding(rule: string, severity: Severity, message: string, place: Place, hint?: string): Diagnostic {
  const more = hint === undefined ? {} : { hint: readable(hint) };
  return { rule, severity, message: readable(message), ...place, ...more };
}

/** What a message quotes may be as long as the user's text: it is for people to read. */
function readable(text: string): string {
  return text.length <= 1_000 ? text : `${text.slice(0, 1_000)}...`;
}

function nameOf(subject: Graph | Node | Edge): Pick<Place, 'node' | 'edge'> {
  switch (subject.kind) {
    case 'graph':
      return {};
    case 'node':
      // What a compiler made of a node stands where that was written, and is that for whoever wrote it.
      return { node: textOf(subject, 'race.of') ?? subject.id };
    case 'edge':
      return { edge: [subject.from, subject.to] };
  }
}
