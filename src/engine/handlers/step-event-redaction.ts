import type { StepEvent } from '../../contract/event.ts';
import type { Json } from '../../shared/json.ts';
import type { Redactor, StreamRedactor } from '../../shared/redaction.ts';

type SpokenType = 'AgentText' | 'AgentThinking';

/**
 * Takes secrets out of the events of one turn. What an agent says may come in pieces, one event each: a piece that
 * ends where a secret may have begun waits for the next one and is told together with it.
 */
export class EventRedaction {
  readonly #redactor: Redactor;
  /** What is being said, and may go on. */
  #open: { readonly type: SpokenType; readonly stream: StreamRedactor; waiting: string } | undefined;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** What can be told now that this event has come. */
  push(event: StepEvent): readonly StepEvent[] {
    if (event.type === 'AgentText' || event.type === 'AgentThinking') return this.#say(event);
    // Events are JSON by their types.
    return [...this.end(), this.#redactor.json(event as unknown as Json) as unknown as StepEvent];
  }

  /** What was held back, when nothing more is said. */
  end(): readonly StepEvent[] {
    const open = this.#open;
    this.#open = undefined;
    return open ? spoken(open.type, open.waiting + open.stream.end()) : [];
  }

  #say({ type, text }: Extract<StepEvent, { type: SpokenType }>): readonly StepEvent[] {
    const before = this.#open?.type === type ? [] : this.end();
    this.#open ??= { type, stream: this.#redactor.stream(), waiting: '' };
    const open = this.#open;
    const clean = open.waiting + open.stream.push(text);
    open.waiting = open.stream.isHolding ? clean : '';
    return open.stream.isHolding ? before : [...before, ...spoken(type, clean)];
  }
}

function spoken(type: SpokenType, text: string): readonly StepEvent[] {
  return text === '' ? [] : [{ type, text }];
}
