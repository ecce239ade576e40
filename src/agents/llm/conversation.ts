import type { AssistantModelMessage, ModelMessage, ToolResultPart } from 'ai';
import { addUsage } from '../../contract/add-usage.ts';
import type { StepEvent } from '../../contract/event.ts';
import type { Usage } from '../../contract/outcome.ts';
import { isJsonObject, type Json } from '../../shared/json.ts';
import type { ModelToolCall } from './model-call.ts';

/**
 * The conversations of our own backends. They are kept nowhere but in the journal: a session's events are its
 * conversation, in the branches of the operations that worked in it.
 */
export interface Conversations {
  /** The operations that worked in a session so far, oldest first, each with the events it left, long texts included. */
  recall(runId: string, sessionId: string): Promise<readonly RecalledOperation[]>;
  /** The operation works in the session from now on. */
  join(runId: string, sessionId: string, key: string): void;
}

export interface RecalledOperation {
  readonly key: string;
  readonly events: readonly StepEvent[];
}

type AssistantContent = AssistantModelMessage['content'];

interface Answer {
  readonly content: AssistantContent;
  readonly calls: readonly ModelToolCall[];
  readonly results: Map<string, { readonly text: string; readonly isError: boolean }>;
}

export interface ToolCallResult {
  readonly id: string;
  readonly tool: string;
  readonly text: string;
  readonly isError: boolean;
}

type Entry = { readonly question: string } | Answer;

/** What was said in one session. It is built from the same events live and after a crash, so that both go on alike. */
export class Conversation {
  readonly #entries: Entry[] = [];
  /** Where the task of the operation at work begins. */
  #taskStart = 0;
  #provider: string | undefined;
  #usage: Usage | undefined;

  /** The session as its operations left it, as far as it is one. */
  static recalled(sessionId: string, operations: readonly RecalledOperation[], key: string): Conversation | undefined {
    let conversation: Conversation | undefined;
    for (const operation of operations) {
      let isOurs = false;
      if (conversation) conversation.#beginTask();
      for (const event of operation.events) {
        if (event.type === 'AgentSessionStarted') {
          isOurs = event.sessionId === sessionId;
          // A fresh start under the same id forgets what an abandoned one had said.
          if (isOurs && (!event.resumed || !conversation)) conversation = new Conversation();
        } else if (isOurs) conversation?.add(event);
      }
    }
    if (conversation && operations.at(-1)?.key !== key) conversation.#beginTask();
    return conversation;
  }

  /** Takes in what an event says of the conversation; most say nothing. */
  add(event: StepEvent): void {
    if (event.type === 'AgentUsage') {
      const { type: _type, ...used } = event;
      this.#usage = added(this.#usage, used);
    } else if (event.type === 'AgentMessage') {
      this.#provider = event.provider;
      this.#entries.push(event.role === 'user' ? { question: textIn(event.content) } : answerOf(event.content));
    } else if (event.type === 'AgentToolResult') {
      const last = this.#entries.at(-1);
      if (last && 'results' in last) last.results.set(event.id, { text: event.output, isError: event.isError });
    }
  }

  /** The only provider that can go on with it, since models sign what they think; undefined while nothing was said. */
  get provider(): string | undefined {
    return this.#provider;
  }

  /** What this task has used, before a crash as well. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** The operation at work has put its task. */
  get isAsked(): boolean {
    return this.#entries.length > this.#taskStart;
  }

  /** Answers of the model to this task. */
  get turns(): number {
    return this.#entries.slice(this.#taskStart).filter((entry) => 'results' in entry).length;
  }

  /** Calls of tools that the model waits for. */
  get unanswered(): readonly ModelToolCall[] {
    const last = this.#entries.at(-1);
    return last && 'results' in last ? last.calls.filter(({ id }) => !last.results.has(id)) : [];
  }

  /** What the model said last, where it asks for nothing more. */
  get conclusion(): string | undefined {
    const last = this.#entries.at(-1);
    if (!this.isAsked || !last || !('results' in last) || last.calls.length > 0) return undefined;
    return textIn(last.content);
  }

  /** What came of the calls the model made last, in their order. */
  get lastResults(): readonly ToolCallResult[] {
    const last = this.#entries.at(-1);
    return last && 'results' in last ? resultsOf(last) : [];
  }

  /** A place that is the same after a crash, for what is named by it. */
  get position(): number {
    return this.#entries.length;
  }

  /** All of it, as a model is told. */
  messages(): readonly ModelMessage[] {
    return this.#entries.flatMap((entry): readonly ModelMessage[] => {
      if ('question' in entry) return [{ role: 'user', content: entry.question }];
      if (entry.content.length === 0) return [];
      const answer: ModelMessage = { role: 'assistant', content: entry.content };
      return entry.calls.length === 0 ? [answer] : [answer, { role: 'tool', content: resultParts(entry) }];
    });
  }

  #beginTask(): void {
    this.#taskStart = this.#entries.length;
    this.#usage = undefined;
  }
}

/**
 * The usage of one more answer. Costs that were worked out stand only beside answers that were recorded, before a crash; a sum of
 * those alone would pass for that of the whole task, so it has a cost where every answer has one.
 */
function added(sum: Usage | undefined, more: Usage): Usage {
  const { costUsd, ...tokens } = addUsage(sum, more);
  const isWhole = more.costUsd !== undefined && (sum === undefined || sum.costUsd !== undefined);
  return isWhole && costUsd !== undefined ? { ...tokens, costUsd } : tokens;
}

/** A call that was cut off by a failure stays in the conversation, and no provider takes one without a result. */
const lostResult = { text: 'This call was interrupted; its result is not known.', isError: true };

function resultsOf({ calls, results }: Answer): readonly ToolCallResult[] {
  return calls.map(({ id, tool }) => ({ id, tool, ...(results.get(id) ?? lostResult) }));
}

function resultParts(answer: Answer): ToolResultPart[] {
  return resultsOf(answer).map(({ id, tool, text, isError }) => {
    const output = isError ? ({ type: 'error-text', value: text } as const) : ({ type: 'text', value: text } as const);
    return { type: 'tool-result', toolCallId: id, toolName: tool, output };
  });
}

function answerOf(content: Json): Answer {
  // Written by `takeTurn` from an answer of the AI SDK, and only texts in it can have changed since.
  const parts = content as unknown as AssistantContent;
  const kept = typeof parts === 'string' ? parts : parts.filter((part) => !isSpoilt(part));
  const calls = typeof kept === 'string' ? [] : kept.flatMap(toolCallIn);
  return { content: kept, calls, results: new Map() };
}

/** A thought in which a secret was found no longer fits its signature, and the provider would refuse all of it. */
function isSpoilt(part: Exclude<AssistantContent, string>[number]): boolean {
  return part.type === 'reasoning' && JSON.stringify(part).includes('[redacted:');
}

function toolCallIn(part: Exclude<AssistantContent, string>[number]): readonly ModelToolCall[] {
  if (part.type !== 'tool-call' || part.providerExecuted === true) return [];
  return [{ id: part.toolCallId, tool: part.toolName, input: part.input }];
}

function textIn(content: Json | AssistantContent): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part) =>
      isJsonObject(part) && part['type'] === 'text' && typeof part['text'] === 'string' ? part['text'] : '',
    )
    .join('');
}
