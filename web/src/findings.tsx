import type { ReactNode } from 'react';
import type { Diagnostic, Severity } from '../../src/contract/diagnostic.ts';

interface FindingsProps {
  /** Undefined as long as the text was not read. */
  readonly diagnostics: readonly Diagnostic[] | undefined;
  /** Why it could not be read, where that is so. */
  readonly failure: string | undefined;
  readonly onChoose: (diagnostic: Diagnostic) => void;
}

/** What lint found; choosing a finding goes to its place. */
export function Findings({ diagnostics, failure, onChoose }: FindingsProps) {
  return (
    <section className="findings" aria-labelledby="findings-title">
      <h2 id="findings-title">
        Findings <output id="findings-summary">{failure ?? (diagnostics && summary(diagnostics))}</output>
      </h2>
      <ul className="scroll">
        {diagnostics?.map((diagnostic, index) => (
          <li key={index}>
            <button type="button" className={diagnostic.severity} onClick={() => onChoose(diagnostic)}>
              <span className="severity">{diagnostic.severity}</span>
              <span className="message">{withCode(diagnostic.message)}</span>
              <span className="place">
                {diagnostic.line}:{diagnostic.column}
              </span>
              {diagnostic.hint === undefined ? undefined : <span className="hint">{withCode(diagnostic.hint)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const counts = (['error', 'warning', 'info'] as const).map((severity) => countOf(diagnostics, severity));
  return counts.filter((count) => count !== '').join(', ') || 'none';
}

function countOf(diagnostics: readonly Diagnostic[], severity: Severity): string {
  const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  if (count === 0) return '';
  return severity === 'info'
    ? `${count} hint${count === 1 ? '' : 's'}`
    : `${count} ${severity}${count === 1 ? '' : 's'}`;
}

/** Text between backticks is code. */
function withCode(text: string): readonly ReactNode[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
