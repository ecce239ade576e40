import { memo, useImperativeHandle, useRef, type Ref } from 'react';
import type { Diagnostic, Severity } from '../../src/contract/diagnostic.ts';

/** A place in the text, 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface EditorHandle {
  /** Puts the cursor there, with the word behind it selected so that it is seen, and brings it into view. */
  goTo(place: Place): void;
}

interface EditorProps {
  readonly ref: Ref<EditorHandle>;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly onChange: (text: string) => void;
}

export function Editor({ ref, text, diagnostics, onChange }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => ({
    goTo({ line, column }) {
      const offset = offsetOf(text, { line, column });
      const [word = ''] = /^\w*/.exec(text.slice(offset)) ?? [];
      numbers.current?.children[line - 1]?.scrollIntoView({ block: 'nearest' });
      area.current?.focus({ preventScroll: true });
      area.current?.setSelectionRange(offset, offset + word.length);
    },
  }));
  const lines = text.split('\n');
  return (
    <section className="editor" aria-labelledby="pipeline-title">
      <h2 id="pipeline-title">Pipeline</h2>
      <div className="scroll">
        <LineNumbers ref={numbers} count={lines.length} marks={marksOf(diagnostics)} />
        <textarea
          ref={area}
          aria-label="Pipeline text in DOT"
          aria-describedby="findings-summary"
          rows={lines.length}
          cols={lines.reduce((longest, line) => Math.max(longest, line.length), 0) + 1}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
    </section>
  );
}

interface LineNumbersProps {
  readonly ref: Ref<HTMLDivElement>;
  readonly count: number;
  /** Severities by line, as text: equal marks are equal values, so an unchanged gutter is not drawn again. */
  readonly marks: string;
}

const LineNumbers = memo(function LineNumbers({ ref, count, marks }: LineNumbersProps) {
  const severities = new Map(JSON.parse(marks) as [number, Severity][]);
  return (
    <div ref={ref} className="line-numbers" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <span key={index} className={severities.get(index + 1)}>
          {index + 1}
        </span>
      ))}
    </div>
  );
});

const weights = { info: 0, warning: 1, error: 2 } as const satisfies Record<Severity, number>;

/** The worst severity of each line that has one. */
function marksOf(diagnostics: readonly Diagnostic[]): string {
  const worst = new Map<number, Severity>();
  for (const { line, severity } of diagnostics) {
    const known = worst.get(line);
    if (known === undefined || weights[severity] > weights[known]) worst.set(line, severity);
  }
  return JSON.stringify([...worst]);
}

/** In UTF-16 code units, as a text area counts; beyond the end of a line or the text, that end. */
function offsetOf(text: string, { line, column }: Place): number {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((length, each) => length + each.length + 1, 0);
  return before + Math.min(column - 1, lines[line - 1]?.length ?? 0);
}
