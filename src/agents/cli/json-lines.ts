import type { z } from 'zod';
import type { StepEvent } from '../../contract/event.ts';
import { parseForeignJson } from '../../shared/foreign-json.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';

/** A program that floods its output fills neither journal nor screen. */
const toldOddLines = 20;

/**
 * The lines of JSON that an agent prints, one object each. What is no such line, or none whose shape is known, becomes an
 * `AgentWarning`: new versions of agents print new things, and none of it may end a turn.
 */
export class JsonLines {
  readonly #agent: string;
  readonly #clean: (text: string) => string;
  #oddLines = 0;

  /**
   * @param agent its name, for warnings
   * @param clean takes secrets out of a text before it is cut, where that has not been done
   */
  constructor(agent: string, clean: (text: string) => string = (text) => text) {
    this.#agent = agent;
    this.#clean = clean;
  }

  /** What a line stands for; `events` may throw `UnknownShape`, as `shaped` does. */
  read(text: string, events: (line: JsonObject) => readonly StepEvent[]): readonly StepEvent[] {
    if (text.trim() === '') return [];
    const parsed = parseForeignJson(text);
    if (!('value' in parsed) || !isJsonObject(parsed.value)) return this.odd(`not a line of JSON: ${text}`);
    return this.#shapedEvents(parsed.value, events);
  }

  /** The same for a value that is no line of its own. */
  events(value: Json, events: (value: JsonObject) => readonly StepEvent[]): readonly StepEvent[] {
    return isJsonObject(value)
      ? this.#shapedEvents(value, events)
      : this.odd(`not an object: ${JSON.stringify(value)}`);
  }

  #shapedEvents(value: JsonObject, events: (line: JsonObject) => readonly StepEvent[]): readonly StepEvent[] {
    try {
      return events(value);
    } catch (error) {
      if (!(error instanceof UnknownShape)) throw error;
      return this.odd(`a line of unknown shape (${error.message}): ${JSON.stringify(value)}`);
    }
  }

  /** Tells of something that cannot be understood; after some of them only counts. */
  odd(message: string): readonly StepEvent[] {
    this.#oddLines += 1;
    return this.#oddLines > toldOddLines ? [] : [this.#warning(this.#clean(message).slice(0, 300))];
  }

  /** What was only counted. */
  untold(): readonly StepEvent[] {
    const untold = this.#oddLines - toldOddLines;
    return untold > 0 ? [this.#warning(`${untold} more lines that cannot be understood`)] : [];
  }

  #warning(message: string): StepEvent {
    return { type: 'AgentWarning', message: `${this.#agent}: ${message}` };
  }
}

class UnknownShape extends Error {}

/** The value as a shape has it; throws `UnknownShape` where it is another. */
export function shaped<T extends z.ZodType>(shape: T, value: unknown): z.infer<T> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UnknownShape(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}
