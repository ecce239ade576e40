import type { StepEvent } from '../../contract/event.ts';
import type { StepServices } from '../ports/step.ts';

type TurnCompleted = Extract<StepEvent, { type: 'AgentTurnCompleted' }>;

/**
 * Where the turns of an agent end, told by nothing but what it reports. A turn is one answer of the model with the results
 * of the tool calls it made. It ends when all of those have come and the next answer begins, so that what belongs to
 * it and is told late (changed files, usage) is still part of it; and with the prompt, where calls whose results
 * never came end as well.
 *
 * One operation has one count, whatever sessions, agents and starts it takes: two turns never have one number.
 */
export class AgentTurns {
  #completed: number;
  #hasTold = false;
  /** Whether the agent did anything since the last turn. */
  #isOpen = false;
  /** Calls of this turn, and those of them without a result. */
  readonly #calls = new Set<string>();
  readonly #unanswered = new Set<string>();

  /** @param before turns that earlier starts of the operation completed */
  constructor(before: number) {
    this.#completed = before;
  }

  static async of({ earlier }: Pick<StepServices, 'earlier'>): Promise<AgentTurns> {
    const events = await earlier();
    return new AgentTurns(events.filter(({ type }) => type === 'AgentTurnCompleted').length);
  }

  /** The turn that is over because this event is the first of another one; to be recorded before it. */
  endingBefore(event: StepEvent): TurnCompleted | undefined {
    const isDone = this.#calls.size > 0 && this.#unanswered.size === 0;
    const completed = isDone && beginsAnswer(event) ? this.#complete() : undefined;
    this.#take(event);
    return completed;
  }

  /**
   * The turn a prompt ends with; none where it failed before the agent did anything, and none of an agent that tells nothing but
   * its result: that is the result of the step, and costs no commit of its own.
   */
  endingWith(result: { readonly ok: boolean }): TurnCompleted | undefined {
    return this.#isOpen || (result.ok && this.#hasTold) ? this.#complete() : undefined;
  }

  #take(event: StepEvent): void {
    this.#hasTold = true;
    if (event.type === 'AgentToolCall') {
      this.#calls.add(event.id);
      this.#unanswered.add(event.id);
    }
    if (event.type === 'AgentToolResult') this.#unanswered.delete(event.id);
    if (beginsAnswer(event) || event.type === 'AgentFileChange') this.#isOpen = true;
  }

  #complete(): TurnCompleted {
    const toolCalls = this.#calls.size;
    this.#calls.clear();
    this.#unanswered.clear();
    this.#isOpen = false;
    this.#completed += 1;
    return { type: 'AgentTurnCompleted', turn: this.#completed, toolCalls };
  }
}

/** What an answer of a model may begin with. */
function beginsAnswer(event: StepEvent): boolean {
  switch (event.type) {
    case 'AgentText':
    case 'AgentThinking':
    case 'AgentToolCall':
      return true;
    case 'AgentMessage':
      return event.role === 'assistant';
    default:
      return false;
  }
}
