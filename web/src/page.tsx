import { useEffect, useRef, useState } from 'react';
import type { Diagnostic } from '../../src/contract/diagnostic.ts';
import type { Analysis } from './analysis.ts';
import type { WorkerAnswer } from './analysis-worker.ts';
import { openAnalyst, type Analyst } from './analyst.ts';
import { DryRun } from './dry-run.tsx';
import { Editor, type EditorHandle } from './editor.tsx';
import { Findings } from './findings.tsx';
import firstPipeline from './first-pipeline.dot?raw';
import { Picture } from './picture.tsx';

const none: readonly Diagnostic[] = [];

/** The whole page: a pipeline text, and beside it what the language and the engine make of it. */
export function Page() {
  const [text, setText] = useState(firstPipeline);
  const { analysis, drawing, failure } = useAnalysis(text);
  const editor = useRef<EditorHandle>(null);
  const goToNode = (node: string): void => {
    const place = drawing?.places.get(node);
    if (place) editor.current?.goTo(place);
  };
  return (
    <>
      <header>
        <h1>Orchestra</h1>
        <p>{drawing?.name ?? ''}</p>
      </header>
      <main>
        <div className="column">
          <Editor ref={editor} text={text} diagnostics={analysis?.diagnostics ?? none} onChange={setText} />
          <Findings
            diagnostics={analysis?.diagnostics}
            failure={failure}
            onChoose={(place) => editor.current?.goTo(place)}
          />
        </div>
        <div className="column">
          <Picture drawing={drawing} isCurrent={analysis?.drawing !== undefined} onChoose={goToNode} />
          <DryRun analysis={analysis} onChoose={goToNode} />
        </div>
      </main>
    </>
  );
}

interface Reading {
  readonly analysis: Analysis | undefined;
  /** The newest there was: while a text cannot be read, the picture of the one before stays. */
  readonly drawing: Analysis['drawing'];
  /** Why the newest text has no analysis. */
  readonly failure: string | undefined;
}

function useAnalysis(text: string): Reading {
  const [reading, setReading] = useState<Reading>({ analysis: undefined, drawing: undefined, failure: undefined });
  const analyst = useRef<Analyst>(null);
  useEffect(() => {
    const opened = openAnalyst((answer) => setReading((before) => next(before, answer)));
    analyst.current = opened;
    return () => opened.close();
  }, []);
  useEffect(() => analyst.current?.read(text), [text]);
  return reading;
}

function next({ drawing }: Reading, answer: WorkerAnswer): Reading {
  if ('failure' in answer) return { analysis: undefined, drawing, failure: answer.failure };
  return { analysis: answer.analysis, drawing: answer.analysis.drawing ?? drawing, failure: undefined };
}
