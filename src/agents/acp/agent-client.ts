import { setTimeout as delay } from 'node:timers/promises';
import {
  client,
  methods,
  PROTOCOL_VERSION,
  type ClientConnection,
  type RequestPermissionResponse,
} from '@agentclientprotocol/sdk';
import type { StepEvent } from '../../contract/event.ts';
import { untilAborted } from '../../shared/abort.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import * as shapes from './message-shapes.ts';
import { messageStream, type AgentStreams } from './message-stream.ts';
import type { AnswerPermission, PermissionDecision } from './permission-question.ts';
import type { TurnTranscript } from './turn-transcript.ts';
import type { WorkingFiles } from './working-files.ts';

export interface ClientParts {
  readonly transcript: TurnTranscript;
  readonly answer: AnswerPermission;
  /** Absent where the agent may not read or write through us. */
  readonly files?: { readonly both: boolean; readonly access: WorkingFiles };
  /** Of the turn. */
  readonly signal: AbortSignal;
}

/** Events that may wait for whoever reads them before the agent is made to wait. */
const waitingEvents = 64;

/** The client of one agent for one turn: what we ask of it, what it tells, and what it asks of us. */
export class AgentClient {
  /** Everything the agent tells. To be read to its end, or cancelled: reading slowly slows the agent down. */
  readonly events: AsyncIterable<StepEvent>;
  readonly #parts: ClientParts;
  readonly #told: WritableStreamDefaultWriter<StepEvent>;
  readonly #connection: ClientConnection;
  /** The session that has been prompted and not answered yet. */
  #prompted: string | undefined;
  /** When the last update came. */
  #heardAt = 0;

  constructor(streams: AgentStreams, parts: ClientParts) {
    const { readable, writable } = new TransformStream<StepEvent>({}, { highWaterMark: waitingEvents });
    this.#parts = parts;
    this.#told = writable.getWriter();
    // Its failure is that of whoever reads, who need not hear of it from here.
    this.#told.closed.catch(() => undefined);
    this.events = readable;
    const { transcript } = parts;
    const stream = messageStream(streams, {
      onUpdate: async (params) => {
        this.#heardAt = performance.now();
        // What comes before the prompt is the history of a session that goes on; other sessions are the agent's own affair.
        if (this.#prompted !== undefined && isOf(params, this.#prompted)) await this.#tell(transcript.read(params));
      },
      onOdd: (line) => this.#tell(transcript.odd(line)),
    });
    this.#connection = this.#app().connect(stream);
  }

  /** What the agent answers. Rejects with the RequestError it answers, or with why the connection is lost. */
  async request(method: string, params: object): Promise<JsonObject> {
    const answer = await this.#connection.agent.request<Json, object>(method, params);
    return isJsonObject(answer) ? answer : {};
  }

  /** Says who we are and what we can do. */
  initialize(): Promise<JsonObject> {
    const { files } = this.#parts;
    return this.request(methods.agent.initialize, {
      protocolVersion: PROTOCOL_VERSION,
      clientCapabilities: {
        fs: { readTextFile: files?.both === true, writeTextFile: files !== undefined },
        // What the agent runs by itself stays in its process group and under its own limits.
        terminal: false,
      },
    });
  }

  /** Sends the prompt. When it is answered, `events` end. */
  async prompt(sessionId: string, text: string): Promise<JsonObject> {
    this.#prompted = sessionId;
    try {
      return await this.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text }] });
    } finally {
      this.#prompted = undefined;
      this.#endEvents();
    }
  }

  /** What was told and not read yet, where the conversation has broken off. */
  async *rest(): AsyncGenerator<StepEvent> {
    this.#endEvents();
    yield* this.events;
  }

  /** Settles when the agent has told nothing for so long. */
  async quiet(ms: number): Promise<void> {
    for (let left = ms; left > 0; left = this.#heardAt + ms - performance.now()) await delay(left);
  }

  /** Asks the agent to end the turn; it answers the prompt then. */
  async cancel(sessionId: string): Promise<void> {
    await this.#connection.agent.notify(methods.agent.session.cancel, { sessionId });
  }

  #app() {
    const app = client({ name: 'orchestra' }).onRequest(
      methods.client.session.requestPermission,
      shapes.permissionRequest,
      ({ params }) => this.#answerQuestion(params),
    );
    const { files } = this.#parts;
    if (!files) return app;
    app.onRequest(methods.client.fs.writeTextFile, async ({ params }) => {
      const change = await files.access.write(params.path, params.content);
      await this.#tell([this.#parts.transcript.calls.written(params.path, change)]);
    });
    if (!files.both) return app;
    return app.onRequest(methods.client.fs.readTextFile, async ({ params }) => ({
      content: await files.access.read(params.path, params),
    }));
  }

  async #answerQuestion({ toolCall, options }: shapes.PermissionRequest): Promise<RequestPermissionResponse> {
    const { transcript, answer, signal } = this.#parts;
    const { call, events } = transcript.asked(toolCall);
    await this.#tell(events);
    const question = { ...call, title: toolCall.title ?? call.tool };
    const decision = await untilAborted(signal, () => answer(question, signal)).catch(() => 'deny' as const);
    if (signal.aborted) return { outcome: { outcome: 'cancelled' } };
    if (decision === 'deny') await this.#tell(transcript.denied(call));
    const option = optionFor(decision, options);
    return { outcome: option === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: option } };
  }

  /** They end once they are read; where they have ended, or nobody reads any more, there is nothing to do. */
  #endEvents(): void {
    this.#told.close().catch(() => undefined);
  }

  /** Settles when there is room for more. */
  async #tell(events: readonly StepEvent[]): Promise<void> {
    for (const event of events) {
      // Whoever has stopped reading hears no more, and the agent still comes to its end.
      this.#told.write(event).catch(() => undefined);
      await this.#told.ready.catch(() => undefined);
    }
  }
}

/** What names no session is for the transcript to wonder about. */
function isOf(params: Json, sessionId: string): boolean {
  return !isJsonObject(params) || params['sessionId'] === undefined || params['sessionId'] === sessionId;
}

/** An answer for this once, where there is one: what is answered for ever outlives the step. */
function optionFor(decision: PermissionDecision, options: shapes.PermissionRequest['options']): string | undefined {
  const kinds = decision === 'allow' ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  return kinds.flatMap((kind) => options.find((option) => option.kind === kind)?.optionId ?? [])[0];
}
