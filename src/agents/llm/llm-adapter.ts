import type { AgentAdapter, AgentDetection, AgentEvent, AgentSession, OpenSession } from '../../engine/ports/agent.ts';
import { OrchestraError, reasonOf } from '../../shared/errors.ts';
import type { LlmBackendOptions } from './backend-options.ts';
import { failed } from './call-failure.ts';
import { Conversation } from './conversation.ts';
import { usualMaxRetries } from './patience.ts';
import { assertUsable, modelOf, type Provider } from './providers/provider.ts';

/** One way of having a model do a task. */
export interface LlmBackend {
  readonly id: string;
  readonly toolHooks: 'run' | 'no tools';
  /** Rejects with an `OrchestraError` where something it needs beside a provider is missing. */
  prepare?(): Promise<void>;
  /** Does the task its conversation ends with; the last event is the result. */
  work(task: LlmTask, signal: AbortSignal): AsyncGenerator<AgentEvent>;
}

export interface LlmTask {
  readonly provider: Provider;
  readonly model: string;
  readonly conversation: Conversation;
  readonly request: OpenSession;
  /** How often one request is repeated. */
  readonly maxRetries: number;
}

/** A backend behind the Agent port. Its sessions are conversations in the journal (`Conversations`). */
export function createLlmAdapter(backend: LlmBackend, options: LlmBackendOptions): AgentAdapter {
  return {
    specVersion: 'agent-v1',
    id: backend.id,
    toolHooks: backend.toolHooks,
    sessions: 'recorded',
    detect: (wanted) => detect(backend, options, wanted),
    async open(request) {
      await backend.prepare?.();
      const provider = await usableProvider(options, request.provider);
      return new LlmSession(backend, options, { request, provider, model: modelOf(provider, request.model) });
    },
  };
}

/** Without a wish, whether its default provider can be asked. */
async function detect(
  backend: LlmBackend,
  options: LlmBackendOptions,
  wanted: Parameters<AgentAdapter['detect']>[0],
): Promise<AgentDetection> {
  try {
    await backend.prepare?.();
    const provider = await usableProvider(options, wanted?.provider);
    if (wanted) modelOf(provider, wanted.model);
    return { available: true };
  } catch (thrown) {
    if (!(thrown instanceof OrchestraError)) throw thrown;
    return { available: false, reason: reasonOf(thrown) };
  }
}

async function usableProvider(
  { providers, isOffline }: LlmBackendOptions,
  name: string | undefined,
): Promise<Provider> {
  const provider = providers.find(name);
  assertUsable(provider, !provider.isLocal && (await isOffline()));
  return provider;
}

type Opened = Pick<LlmTask, 'request' | 'provider' | 'model'>;

class LlmSession implements AgentSession {
  readonly id: string;
  readonly #backend: LlmBackend;
  readonly #options: LlmBackendOptions;
  readonly #opened: Opened;

  constructor(backend: LlmBackend, options: LlmBackendOptions, opened: Opened) {
    this.id = opened.request.resume ?? opened.request.sessionId;
    this.#backend = backend;
    this.#options = options;
    this.#opened = opened;
  }

  /**
   * A session that is continued by the operation which was cut off in it goes on where it was: its task is in the
   * conversation already, and the text that asks it to go on is not needed.
   */
  async *prompt(text: string, signal: AbortSignal): AsyncGenerator<AgentEvent> {
    const { request, provider, model } = this.#opened;
    const conversation = await this.#conversation();
    if (!conversation) return yield failed(`session ${this.id} is not known`, { sessionLost: true });
    if ((conversation.provider ?? provider.name) !== provider.name) {
      const message = `session ${this.id} belongs to the provider ${conversation.provider}`;
      return yield failed(message, { sessionLost: true });
    }
    const resumed = request.resume !== undefined;
    this.#options.conversations.join(request.services.runId, this.id, request.services.key);
    yield { type: 'AgentSessionStarted', agent: this.#backend.id, sessionId: this.id, model, resumed };
    if (!conversation.isAsked) {
      const asked = {
        type: 'AgentMessage',
        sessionId: this.id,
        provider: provider.name,
        role: 'user',
        content: text,
      } as const;
      conversation.add(asked);
      yield asked;
    }
    const { maxRetries = usualMaxRetries } = this.#options;
    yield* this.#backend.work({ provider, model, conversation, request, maxRetries }, signal);
  }

  /** Nothing to do: a conversation lies in the journal. */
  async close(): Promise<void> {}

  async #conversation(): Promise<Conversation | undefined> {
    const { resume, services } = this.#opened.request;
    if (resume === undefined) return new Conversation();
    const operations = await this.#options.conversations.recall(services.runId, resume);
    return Conversation.recalled(resume, operations, services.key);
  }
}
