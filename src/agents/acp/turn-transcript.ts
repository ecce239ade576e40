import type { StepEvent } from '../../contract/event.ts';
import type { Usage } from '../../contract/outcome.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Redactor } from '../../shared/redaction.ts';
import { JsonLines, shaped } from '../cli/json-lines.ts';
import type { AcpAgent } from './acp-agent.ts';
import * as shapes from './message-shapes.ts';
import { ToolCalls, type KnownCall } from './tool-calls.ts';
import { TurnUsage } from './turn-usage.ts';

export interface TranscriptSession {
  readonly agent: AcpAgent;
  readonly cwd: string;
  readonly resumed: boolean;
  /** Takes secrets out of what is cut. */
  readonly redactor: Redactor;
}

/** Makes events of what an agent tells of one turn. */
export class TurnTranscript {
  readonly calls: ToolCalls;
  readonly #agent: AcpAgent;
  readonly #lines: JsonLines;
  readonly #usage: TurnUsage;
  #text = '';
  #lastPiece = '';
  #message: string | undefined;
  #denied: string | undefined;

  constructor({ agent, cwd, resumed, redactor }: TranscriptSession) {
    this.#agent = agent;
    this.calls = new ToolCalls(cwd);
    this.#lines = new JsonLines(agent.name, (text) => redactor.text(text));
    this.#usage = new TurnUsage(resumed);
  }

  /** The last message, or what was said since the last call of a tool: the answer, when the turn has ended. */
  get text(): string {
    return this.#text;
  }

  get lastPiece(): string {
    return this.#lastPiece;
  }

  /** Whether the last piece belongs to a message with an id. */
  get isOfMessage(): boolean {
    return this.#message !== undefined;
  }

  /** The tool that was denied, where the agent has said nothing since. */
  get lastDenied(): string | undefined {
    return this.#denied;
  }

  /** A call that the agent asks about. */
  asked(news: shapes.ToolCallFacts): ReturnType<ToolCalls['asked']> {
    this.#text = '';
    return this.calls.asked(news);
  }

  denied({ tool, input }: KnownCall): readonly StepEvent[] {
    this.#denied = tool;
    return [{ type: 'AgentPermissionDenied', tool, input }];
  }

  /** The parameters of a `session/update`. What is not understood is an `AgentWarning`, never an exception. */
  read(params: Json): readonly StepEvent[] {
    return this.#lines.events(params, (message) => this.#events(shaped(shapes.update, message).update as JsonObject));
  }

  odd(line: string): readonly StepEvent[] {
    return this.#lines.odd(`not a message of the protocol: ${line}`);
  }

  untold(): readonly StepEvent[] {
    return this.#lines.untold();
  }

  usage(answer: JsonObject | undefined): Usage | undefined {
    return this.#agent.program.reportsUsage === false ? undefined : this.#usage.total(answer);
  }

  #events(update: JsonObject): readonly StepEvent[] {
    switch (update['sessionUpdate']) {
      case 'agent_message_chunk':
        return this.#said(update);
      case 'agent_thought_chunk': {
        const { text } = shaped(shapes.piece, update).content;
        return text ? [{ type: 'AgentThinking', text }] : [];
      }
      case 'tool_call':
      case 'tool_call_update':
        return this.#called(shaped(shapes.toolCall, update));
      case 'usage_update':
        this.#usage.addCost(shaped(shapes.usageUpdate, update));
        return [];
      case 'notice': {
        const { severity, title, description } = shaped(shapes.notice, update);
        return severity === 'info' ? [] : [this.#warning(description ? `${title}: ${description}` : title)];
      }
      default:
        return []; // plans, commands, titles and whatever else a client may show
    }
  }

  #said(update: JsonObject): readonly StepEvent[] {
    const { content, messageId, _meta: meta } = shaped(shapes.piece, update);
    this.#usage.addPiece(meta ?? undefined);
    const text = content.text ?? '';
    if (text === '') return [];
    if (this.#agent.program.notes?.test(text)) return [this.#warning(text.trim())];
    if (messageId && messageId !== this.#message) this.#text = '';
    this.#message = messageId ?? undefined;
    this.#text += text;
    this.#lastPiece = text;
    this.#denied = undefined;
    return [{ type: 'AgentText', text }];
  }

  #called(news: shapes.ToolCallFacts): readonly StepEvent[] {
    const events = this.calls.update(news);
    // Late news of a call that is over cuts no answer in two.
    if (events.length > 0) this.#text = '';
    return events;
  }

  #warning(message: string): StepEvent {
    return { type: 'AgentWarning', message: `${this.#agent.name}: ${message}` };
  }
}
