import type { Diagnostic } from '../../contract/diagnostic.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { toBundle } from '../bundle/to-bundle.ts';
import type { Graph } from '../graph/graph.ts';
import { commentsOf, layOut } from './layout.ts';
import { type DotOptions, type DotSource, readDot } from './read-dot.ts';
import { applyEdits } from './text-edits.ts';

export interface Formatting {
  /** The canonical text; undefined when a diagnostic is an error. */
  readonly text: string | undefined;
  /** What the reader found, the habits that were repaired among it. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A pipeline as the Attractor text wants it written, in the one form everybody's files share: what it
 * says and every comment stay (see `layOut`); a byte order mark goes, line ends are those of the first
 * line. Formatting the result changes nothing.
 * @throws OrchestraError `INTERNAL` when the result would say something else: it is compared every time
 */
export function formatDot(source: DotSource, options: DotOptions = {}): Formatting {
  const { graph, diagnostics, edits } = readDot(source, options);
  if (!graph) return { text: undefined, diagnostics };
  const strict = applyEdits(source.text.replace(/^\uFEFF/, ''), edits);
  const text = layOut(strict);
  const again = readDot({ path: source.path, text });
  if (!saysTheSame(graph, again.graph) || commentsOf(text).join('\n') !== commentsOf(strict).join('\n')) {
    throw new OrchestraError('INTERNAL', `formatting ${source.path} would change what it says`);
  }
  return { text, diagnostics };
}

function saysTheSame(graph: Graph, other: Graph | undefined): boolean {
  return other !== undefined && JSON.stringify(toBundle(graph)) === JSON.stringify(toBundle(other));
}
