import type { StepEvent } from '../../contract/event.ts';
import type { StepServices } from '../ports/step.ts';

/** What agents say, often by single words: nothing is done because of it. */
const spoken: ReadonlySet<StepEvent['type']> = new Set(['AgentText', 'AgentThinking', 'AgentWarning'] as const);

/** Characters of what was said that may wait for the journal; above that, the agent waits as well. */
const mostWaiting = 256 * 1024;
/** What an event takes beside its text, roughly. */
const eventSize = 100;

/**
 * Journals the events of one agent in their order. What something may follow from, say a call of a tool or the session
 * that becomes known, is durable before the next event is read, and with it all that was said before. What is only said
 * does not wait: an agent that talks would otherwise wait for the disk once for every word, while the journal writes all
 * that has come meanwhile at once. A failure to write ends the turn with the next event that waits, and the step at the
 * latest.
 */
export class EventRecorder {
  readonly #emit: StepServices['emit'];
  #waiting = 0;

  constructor(emit: StepServices['emit']) {
    this.#emit = emit;
  }

  async record(event: StepEvent): Promise<void> {
    const recorded = this.#emit(event);
    if (!spoken.has(event.type)) return recorded;
    const size = eventSize + ('text' in event ? event.text.length : 0);
    this.#waiting += size;
    const written = recorded.finally(() => (this.#waiting -= size));
    if (this.#waiting > mostWaiting) return written;
    // Its failure is that of every later event, and of the step.
    written.catch(() => undefined);
  }
}
