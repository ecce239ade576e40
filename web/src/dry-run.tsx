import type { Analysis } from './analysis.ts';
import { describeEvent, nodeOf } from './describe-event.ts';
import type { Moment, Simulation } from './simulate.ts';

interface DryRunProps {
  /** Undefined as long as the text was not read. */
  readonly analysis: Analysis | undefined;
  readonly onChoose: (node: string) => void;
}

/** Where a walk without effects leads: the path, what happens on it, and what it leaves in the context. */
export function DryRun({ analysis, onChoose }: DryRunProps) {
  const simulation = analysis?.simulation;
  return (
    <section className="dry-run" aria-labelledby="dry-run-title">
      <h2 id="dry-run-title">
        Dry run <output>{analysis && (simulation?.state ?? 'needs a pipeline without errors')}</output>
      </h2>
      {simulation ? <Walked simulation={simulation} onChoose={onChoose} /> : undefined}
    </section>
  );
}

interface WalkedProps {
  readonly simulation: Simulation;
  readonly onChoose: DryRunProps['onChoose'];
}

function Walked({ simulation, onChoose }: WalkedProps) {
  const { visited, failureReason, moments, context } = simulation;
  return (
    <div className="scroll">
      <p className="note">
        Agents and tools are simulated and succeed; people take the default, else the first choice.
      </p>
      {failureReason === undefined ? undefined : <p className="failure">{failureReason}</p>}
      <h3 id="visited-title">Visited</h3>
      <ol className="visited" aria-labelledby="visited-title">
        {visited.slice(0, mostShown).map((node, index) => (
          <li key={index}>
            <button type="button" onClick={() => onChoose(node)}>
              {node}
            </button>
          </li>
        ))}
      </ol>
      <More of={visited} />
      <h3 id="events-title">Events</h3>
      <ol className="events" aria-labelledby="events-title">
        {moments.slice(0, mostShown).map((moment, index) => (
          <EventRow key={index} moment={moment} onChoose={onChoose} />
        ))}
      </ol>
      <More of={moments} />
      <h3 id="context-title">Context at the end</h3>
      <dl className="context" aria-labelledby="context-title">
        {Object.entries(context).map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface EventRowProps {
  readonly moment: Moment;
  readonly onChoose: DryRunProps['onChoose'];
}

function EventRow({ moment: { event, prompt }, onChoose }: EventRowProps) {
  const node = nodeOf(event);
  return (
    <li>
      <span className="type">{event.type}</span>
      <div>
        {node === undefined ? undefined : (
          <button type="button" onClick={() => onChoose(node)}>
            {node}
          </button>
        )}{' '}
        {describeEvent(event)}
        {prompt === undefined ? undefined : (
          <details>
            <summary>Prompt</summary>
            <pre>{prompt}</pre>
          </details>
        )}
      </div>
    </li>
  );
}

/** Long loops make long lists, and a browser slows down on them. */
const mostShown = 500;

function More({ of: items }: { readonly of: readonly unknown[] }) {
  return items.length > mostShown ? <p className="note">and {items.length - mostShown} more</p> : undefined;
}
