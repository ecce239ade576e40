import type {
  AssistantModelMessage,
  FinishReason,
  LanguageModelUsage,
  ModelMessage,
  TextStreamPart,
  ToolSet,
} from 'ai';
import type { StepEvent } from '../../contract/event.ts';
import type { Usage } from '../../contract/outcome.ts';
import { formatDuration } from '../../shared/duration.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Redactor } from '../../shared/redaction.ts';
import type { Tool } from '../tools/tool.ts';
import type { FailedResult } from '../../engine/ports/agent.ts';
import { callFailure, failed } from './call-failure.ts';
import { gathered } from './gathered.ts';
import { languageModel } from './providers/language-model.ts';
import type { Provider } from './providers/provider.ts';
import { Silence } from './silence.ts';
import { toldCost } from './told-cost.ts';

/** One request to a model. */
export interface ModelRequest {
  readonly provider: Provider;
  readonly model: string;
  readonly system: string | undefined;
  readonly messages: readonly ModelMessage[];
  /** What it may ask for; whoever asks the model runs them. */
  readonly tools: readonly Pick<Tool, 'name' | 'description' | 'parameters'>[];
  readonly effort: 'low' | 'medium' | 'high' | undefined;
  /** What the answer has to look like, where the provider can hold a model to it. */
  readonly outputSchema?: JsonObject;
  readonly redactor: Redactor;
  /** Whether to tell what the library says of settings that the model does not take. */
  readonly onWarning: 'tell' | 'ignore';
}

/** A whole answer. */
export interface ModelAnswer {
  readonly message: AssistantModelMessage;
  readonly text: string;
  readonly calls: readonly ModelToolCall[];
  readonly finish: FinishReason;
  readonly usage: Usage;
}

export interface ModelToolCall {
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
}

/**
 * Asks a model once and tells what it says as it comes, then what was used; asking again is for whoever asks
 * (`askPatiently`). Throws the reason of `signal` when it aborts.
 */
export async function* askModel(
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<StepEvent, ModelAnswer | FailedResult> {
  const { provider, redactor } = request;
  const silence = new Silence(provider.silenceMs, signal);
  const heard = new Heard(request);
  try {
    const { stream, warnings } = await startStream(request, silence.signal);
    for await (const part of gathered(stream.fullStream, () => silence.broken())) {
      for (const message of warnings.splice(0)) yield { type: 'AgentWarning', message };
      yield* heard.push(part);
      if (heard.failure) break;
    }
    signal.throwIfAborted();
    if (silence.isTooLong) {
      return failed(`${provider.name}: silent for ${formatDuration(provider.silenceMs)}`, { transient: true });
    }
    if (heard.failure) return callFailure(heard.failure.error, provider.name, redactor);
    if (heard.finish === 'interrupted') return failed(`${provider.name}: the answer broke off`, { transient: true });
    const { messages } = await stream.response;
    return heard.answer(messages.find((message) => message.role === 'assistant'));
  } catch (thrown) {
    signal.throwIfAborted();
    return callFailure(thrown, provider.name, redactor);
  } finally {
    silence.end();
  }
}

async function startStream(request: ModelRequest, abortSignal: AbortSignal) {
  const { provider, model, system, messages, effort, onWarning, outputSchema } = request;
  const [{ streamText, Output }, { withWarnings }, sdkModel] = await Promise.all([
    import('ai'),
    import('./sdk-warnings.ts'),
    languageModel(provider, model),
  ]);
  const warnings: string[] = [];
  const stream = streamText({
    model: withWarnings(sdkModel, (text) => void (onWarning === 'tell' && warnings.push(`${provider.name}: ${text}`))),
    messages: provider.type === 'anthropic' ? withCacheMark(messages) : [...messages],
    tools: await toolSet(request.tools),
    abortSignal,
    maxRetries: 0,
    // It comes as a part of the stream; without this it is printed as well.
    onError: () => undefined,
    // Conversations are kept here and sent whole: nothing of them need stay with the provider.
    // And schemas of users are not written for the strict mode of OpenAI, which refuses most.
    providerOptions: { openai: { store: false, strictJsonSchema: false } },
    ...(system !== undefined && { instructions: system }),
    ...(provider.maxTokens !== undefined && { maxOutputTokens: provider.maxTokens }),
    ...(provider.tellsEffort && effort !== undefined && { reasoning: effort }),
    ...(outputSchema && { output: Output.object({ schema: await sdkSchema(outputSchema) }) }),
  });
  return { stream, warnings };
}

/** Anthropic keeps what stands before a mark, so that the next turn of a conversation does not pay for all of it again. */
function withCacheMark(messages: readonly ModelMessage[]): ModelMessage[] {
  const last = messages.at(-1);
  if (!last || messages.length === 1) return [...messages];
  const providerOptions = { anthropic: { cacheControl: { type: 'ephemeral' } } };
  return [...messages.slice(0, -1), { ...last, providerOptions }];
}

async function toolSet(tools: ModelRequest['tools']): Promise<ToolSet> {
  const set = tools.map(async ({ name, description, parameters }) => {
    return [name, { description, inputSchema: await sdkSchema(parameters) }] as const;
  });
  return Object.fromEntries(await Promise.all(set));
}

async function sdkSchema(schema: JsonObject) {
  const { jsonSchema } = await import('ai');
  // A JSON Schema by the contracts of `Tool` and of output schemas; its own type is far narrower than any JSON.
  return jsonSchema(schema as Parameters<typeof jsonSchema>[0] & JsonObject);
}

function usageOf(
  { inputTokens, inputTokenDetails, outputTokens, raw }: LanguageModelUsage,
  { provider, model }: Pick<ModelRequest, 'provider' | 'model'>,
): Usage {
  const { cacheReadTokens, cacheWriteTokens } = inputTokenDetails;
  // JSON of the provider but for members that are undefined.
  const costUsd = toldCost(provider, raw as Json | undefined);
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    ...(cacheReadTokens !== undefined && { cacheReadTokens }),
    ...(cacheWriteTokens !== undefined && { cacheWriteTokens }),
    ...(costUsd !== undefined && { costUsd }),
    model,
  };
}

/** What was heard of an answer so far. */
class Heard {
  readonly #asked: Pick<ModelRequest, 'provider' | 'model'>;
  readonly #texts: string[] = [];
  readonly #calls: ModelToolCall[] = [];
  #usage: Usage = { inputTokens: 0, outputTokens: 0 };
  finish: FinishReason = 'interrupted';
  failure: { readonly error: unknown } | undefined;

  constructor(asked: Pick<ModelRequest, 'provider' | 'model'>) {
    this.#asked = asked;
  }

  *push(part: TextStreamPart<ToolSet>): Generator<StepEvent> {
    switch (part.type) {
      case 'text-delta':
        this.#texts.push(part.text);
        if (part.text !== '') yield { type: 'AgentText', text: part.text };
        return;
      case 'reasoning-delta':
        if (part.text !== '') yield { type: 'AgentThinking', text: part.text };
        return;
      case 'tool-call':
        this.#calls.push({ id: part.toolCallId, tool: part.toolName, input: part.input });
        return;
      case 'finish-step':
        this.finish = part.finishReason;
        this.#usage = usageOf(part.usage, this.#asked);
        yield { type: 'AgentUsage', ...this.#usage };
        return;
      case 'error':
        this.failure ??= { error: part.error };
        return;
      default:
        // Beginnings, ends and pieces of what comes whole with the message.
        return;
    }
  }

  answer(message: AssistantModelMessage | undefined): ModelAnswer {
    return {
      message: message ?? { role: 'assistant', content: [] },
      text: this.#texts.join(''),
      calls: this.#calls,
      finish: this.finish,
      usage: this.#usage,
    };
  }
}
