import type { StepEvent } from '../../contract/event.ts';
import type { AgentEvent, AgentResult, FailedResult } from '../../engine/ports/agent.ts';
import { deepestNesting, isDeeperThan } from '../../shared/foreign-json.ts';
import { throughJson, type Json, type JsonObject } from '../../shared/json.ts';
import type { Redactor } from '../../shared/redaction.ts';
import type { Toolbox } from '../tools/tool.ts';
import { failed } from './call-failure.ts';
import type { LlmTask } from './llm-adapter.ts';
import { askModel, type ModelAnswer, type ModelRequest } from './model-call.ts';
import { askPatiently } from './patience.ts';
import { runToolCalls } from './tool-calls.ts';

export interface TurnLimits {
  readonly toolbox: Toolbox;
  /** Most answers to the task, those before a crash included. */
  readonly maxTurns: number;
}

/**
 * Has the model answer, runs the tools it asks for, and so on until it asks for none. Whoever reads these events records
 * each before it asks for the next one, so that an answer is durable before its tools run, and a result before the model
 * hears of it: after a crash the same conversation goes on, and no finished call runs again (R3).
 */
export async function* takeTurns(
  task: LlmTask,
  { toolbox, maxTurns }: TurnLimits,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  const { conversation } = task;
  let isFirst = true;
  for (;;) {
    yield* noted(task, runToolCalls(task, toolbox, signal));
    const text = conversation.conclusion;
    if (text !== undefined) return yield ended(task, { type: 'result', ok: true, text });
    if (conversation.turns >= maxTurns) return yield ended(task, failed(tooManyTurns(maxTurns)));
    const failure = yield* noted(task, takeTurn(task, { tools: toolbox.tools, isFirst }, signal));
    if (failure) return yield ended(task, failure);
    isFirst = false;
  }
}

/** How one turn is taken. */
export interface TurnOptions {
  readonly tools: Toolbox['tools'];
  readonly outputSchema?: JsonObject;
  /** The first one of this start of the task tells the warnings of the library; they would be the same each time. */
  readonly isFirst: boolean;
}

/** One answer of the model, into the conversation; a failure where there is none. */
export async function* takeTurn(
  { provider, model, conversation, request, maxRetries }: LlmTask,
  { tools, outputSchema, isFirst }: TurnOptions,
  signal: AbortSignal,
): AsyncGenerator<StepEvent, FailedResult | undefined> {
  const asked: ModelRequest = {
    provider,
    model,
    system: request.system,
    messages: conversation.messages(),
    tools,
    effort: request.reasoningEffort,
    ...(outputSchema && provider.takesOutputSchema && { outputSchema }),
    redactor: request.services.redactor,
    onWarning: isFirst ? 'tell' : 'ignore',
  };
  const answer = yield* askPatiently(() => askModel(asked, signal), maxRetries, signal);
  if ('ok' in answer) return answer;
  const failure = refusalOf(answer, provider.name, request.services.redactor);
  if (failure) return failure;
  yield {
    type: 'AgentMessage',
    sessionId: request.resume ?? request.sessionId,
    provider: provider.name,
    role: 'assistant',
    // Messages of the AI SDK are JSON but for members that are undefined.
    content: throughJson(answer.message.content as unknown as Json),
  };
  return undefined;
}

/** The events as they come, each taken in by the conversation once it is recorded. Whoever stops reading ends what makes them. */
export async function* noted<T>(
  { conversation }: LlmTask,
  events: AsyncGenerator<StepEvent, T>,
): AsyncGenerator<StepEvent, T> {
  let isOver = false;
  try {
    for (;;) {
      const next = await events.next();
      isOver = next.done === true;
      if (next.done) return next.value;
      yield next.value;
      conversation.add(next.value);
    }
  } finally {
    // Its own return value is lost with it, as is everybody who would have asked for it.
    if (!isOver) await events.return(undefined as T);
  }
}

/** The result with all that the task has used. */
export function ended({ conversation: { usage } }: LlmTask, result: AgentResult): AgentResult {
  return usage ? { ...result, usage } : result;
}

export function tooManyTurns(maxTurns: number): string {
  return `after ${maxTurns} answers the model still asks for tools (max_turns)`;
}

/** A whole answer that cannot be gone on with. */
function refusalOf(
  { finish, message, text }: ModelAnswer,
  provider: string,
  redactor: Redactor,
): FailedResult | undefined {
  if (finish === 'length')
    return failed(`${provider}: the answer was cut off at the limit of tokens; raise max_tokens of the provider`);
  if (finish === 'content-filter')
    return failed(`${provider}: the model refused to answer. ${redactor.text(text).slice(0, 200)}`.trim());
  if (finish === 'error') return failed(`${provider}: the model ended with an error`, { transient: true });
  if (isDeeperThan(message.content, deepestNesting))
    return failed(`${provider}: the answer is nested deeper than ${deepestNesting} levels`);
  return undefined;
}
