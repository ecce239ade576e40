import type { StepEvent } from '../../../contract/event.ts';
import type { Usage } from '../../../contract/outcome.ts';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import { parseForeignJson } from '../../../shared/foreign-json.ts';
import type { Json, JsonObject } from '../../../shared/json.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import type { CliEnding, TranscriptReader } from '../cli-turn.ts';
import { JsonLines, shaped } from '../json-lines.ts';
import { endOfTurn } from '../turn-failure.ts';
import { failureOf } from './failure-map.ts';
import * as shapes from './transcript-shapes.ts';

/** What the model says, which comes in pieces. */
interface Message {
  readonly type: 'AgentText' | 'AgentThinking';
  readonly id: string;
  readonly text: string;
}

/** Reads the lines of one turn of `letta -p --output-format stream-json`. */
export class LettaTranscript implements TranscriptReader {
  readonly #context: TranscriptContext;
  readonly #lines = new JsonLines('Letta Code');
  /** The message under way: it is told when another line shows that it is whole. */
  #message: Message | undefined;
  #model: string | undefined;
  #result: shapes.ResultLine | undefined;
  /** The first error since the last retry; others repeat it at greater length. */
  #error: string | undefined;

  constructor(context: TranscriptContext) {
    this.#context = context;
  }

  get concluded(): boolean {
    return this.#result !== undefined;
  }

  read(text: string): readonly StepEvent[] {
    return this.#lines.read(text, (line) => this.#events(line));
  }

  conclude(ending: CliEnding): readonly AgentEvent[] {
    return [
      ...this.#endMessage(),
      ...endOfTurn({
        lines: this.#lines,
        usage: usageOf(this.#result?.usage, this.#model),
        failure: failureOf({ result: this.#result, error: this.#error }, ending),
        text: this.#result?.result ?? '',
      }),
    ];
  }

  #events(line: JsonObject): readonly StepEvent[] {
    switch (line['type']) {
      case 'system':
        return line['subtype'] === 'init' ? this.#initEvents(line) : [];
      case 'message':
        return this.#messageEvents(line);
      case 'auto_approval':
        return [...this.#endMessage(), calling(line)];
      case 'retry':
        return [...this.#endMessage(), this.#retrying(line)];
      case 'error':
        this.#error ??= shaped(shapes.errorLine, line).message;
        return this.#endMessage();
      case 'result':
        this.#result = shaped(shapes.result, line);
        return this.#endMessage();
      default:
        return ignoredTypes.has(line['type']) ? [] : this.#lines.odd(`a line of unknown type: ${JSON.stringify(line)}`);
    }
  }

  #initEvents(line: JsonObject): readonly StepEvent[] {
    const { agent_id: sessionId, model } = shaped(shapes.init, line);
    this.#model = model;
    const { resumed } = this.#context;
    return [{ type: 'AgentSessionStarted', agent: 'letta', sessionId, ...(model !== undefined && { model }), resumed }];
  }

  #messageEvents(line: JsonObject): readonly StepEvent[] {
    switch (line['message_type']) {
      case 'assistant_message': {
        const { id, content } = shaped(shapes.assistantMessage, line);
        const text = typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
        return this.#addPiece({ type: 'AgentText', id, text });
      }
      case 'reasoning_message': {
        const { id, reasoning: text } = shaped(shapes.reasoningMessage, line);
        return this.#addPiece({ type: 'AgentThinking', id, text });
      }
      case 'approval_request_message': {
        const call = calling(line);
        return [...this.#endMessage(), call, { type: 'AgentPermissionDenied', tool: call.tool, input: call.input }];
      }
      default:
        return []; // usage and stop reason of a request, which the result sums up
    }
  }

  #retrying(line: JsonObject): StepEvent {
    const { attempt, reason, delay_ms: delayMs } = shaped(shapes.retry, line);
    const cause = this.#error ?? reason;
    this.#error = undefined;
    return { type: 'AgentRetrying', attempt, reason: cause, ...(delayMs !== undefined && { delayMs }) };
  }

  #addPiece(piece: Message): readonly StepEvent[] {
    const before = this.#message;
    if (before?.type === piece.type && before.id === piece.id) {
      this.#message = { ...piece, text: before.text + piece.text };
      return [];
    }
    const ended = this.#endMessage();
    this.#message = piece;
    return ended;
  }

  #endMessage(): readonly StepEvent[] {
    const message = this.#message;
    this.#message = undefined;
    return message && message.text !== '' ? [{ type: message.type, text: message.text }] : [];
  }
}

/** Known and of no use here. */
const ignoredTypes: ReadonlySet<Json | undefined> = new Set(['stream_event', 'recovery', 'status']);

function calling(line: JsonObject): Extract<StepEvent, { type: 'AgentToolCall' }> {
  const { tool_call_id: id, name: tool, arguments: text } = shaped(shapes.callLine, line).tool_call;
  const parsed = parseForeignJson(text);
  return { type: 'AgentToolCall', id, tool, input: 'value' in parsed ? parsed.value : text };
}

function usageOf(used: shapes.LettaUsage | null | undefined, model: string | undefined): Usage | undefined {
  if (!used || (used.prompt_tokens === 0 && used.completion_tokens === 0)) return undefined;
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = used;
  return { inputTokens, outputTokens, ...(model !== undefined && { model }) };
}
