import type { IToken } from 'chevrotain';
import { type Diagnostic, hasErrors, type TextEdit } from '../../contract/diagnostic.ts';
import type { Graph } from '../graph/graph.ts';
import { SourceText } from '../scan/source-text.ts';
import { oddSpace } from './complaint.ts';
import * as complaint from './complaints.ts';
import { Findings } from './findings.ts';
import { dotParser } from './parser.ts';
import { dotLexer, HashComment, OddSpace, problemGroup, StringLiteral, UnclosedString } from './tokens.ts';

export interface DotSource {
  /** As diagnostics and spans shall name it. */
  readonly path: string;
  readonly text: string;
}

export interface DotOptions {
  /** Reads what Graphviz reads and the subset refuses, where there is no doubt what it means; each such place is a warning. */
  readonly lenient?: boolean;
}

export interface DotReading {
  /** Absent exactly when a diagnostic is an error: half a graph would only earn follow-on findings. */
  readonly graph: Graph | undefined;
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Those of all diagnostics, in order, without overlaps. Where there is a graph, the text with them made is
   * one of the subset and says that graph. Offsets count behind a byte order mark.
   */
  readonly edits: readonly TextEdit[];
}

/**
 * Reads a DOT file of the subset of Attractor section 2 and nothing beyond it. Never throws: whatever
 * the text is, the answer is a graph or diagnostics with the place of each mistake. Rules: `dot_syntax`
 * (error), and the warnings `duplicate_attribute`, `subgraph_attribute`, `dot_value` and `graphviz_habit`.
 *
 * @example
 * const { graph, diagnostics } = readDot({ path: 'hello.dot', text: 'digraph Hello { start -> exit }' });
 */
export function readDot(source: DotSource, { lenient = false }: DotOptions = {}): DotReading {
  // Offsets and columns count behind a byte order mark, as editors do.
  const text = source.text.startsWith('\uFEFF') ? source.text.slice(1) : source.text;
  const findings = new Findings(new SourceText(source.path, text), lenient);
  const { tokens, groups, errors } = dotLexer.tokenize(text);
  const problems = groups[problemGroup] ?? [];
  for (const problem of problems) reportProblem(problem, findings);
  for (const { offset, length } of errors) {
    findings.errorAt(findings.source.positionAt(offset), complaint.unexpected(text.slice(offset, offset + length)));
  }
  reportUnclosedString(tokens, text, findings);
  // Where a comment is all there is and a mistake, that is enough to say.
  if (tokens.length === 0 && !findings.cutShort && (lenient || problems.length === 0)) {
    findings.errorAt({ line: 1, column: 1, offset: 0 }, complaint.emptyFile);
  }
  const graph = tokens.length === 0 ? undefined : dotParser.parse(tokens, text, findings);
  const diagnostics = findings.all();
  return { graph: hasErrors(diagnostics) ? undefined : graph, diagnostics, edits: findings.edits() };
}

function reportProblem(problem: IToken, findings: Findings): void {
  const start = problem.startOffset;
  switch (problem.tokenType) {
    case HashComment:
      return findings.error(problem, complaint.hashComment, [{ start, end: start + 1, text: '//' }]);
    case OddSpace:
      return findings.error(problem, oddSpace(problem.image), [
        { start, end: start + problem.image.length, text: ' ' },
      ]);
    default:
      return findings.cut(problem, complaint.unclosedComment);
  }
}

/**
 * As strings may hold newlines, a missing quote shows only at the end of the file, where the last string
 * stays open. The one that lacks it is most likely the first that stops in the middle of other text, at
 * what should have been the opening quote of the next.
 */
function reportUnclosedString(tokens: readonly IToken[], text: string, findings: Findings): void {
  const open = tokens.at(-1);
  if (open?.tokenType !== UnclosedString) return;
  const culprit = tokens.find(
    (token) =>
      token.tokenType === StringLiteral && /[^\s,;\]}/]/.test(text.charAt(token.startOffset + token.image.length)),
  );
  findings.cut(culprit ?? open, complaint.unclosedString(culprit && findings.lastLineOf(culprit)));
}
