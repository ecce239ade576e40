import type { StepEvent } from '../../../contract/event.ts';
import type { AgentEvent, FailedResult } from '../../../engine/ports/agent.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { ToolBackendOptions } from '../backend-options.ts';
import { usualMaxTurns } from '../backend-options.ts';
import { failed } from '../call-failure.ts';
import type { ToolCallResult } from '../conversation.ts';
import type { LlmTask } from '../llm-adapter.ts';
import { ended, noted, takeTurn, tooManyTurns } from '../task-turns.ts';
import { runToolCalls } from '../tool-calls.ts';
import type { Toolbox } from '../../tools/tool.ts';
import { EventChannel } from './event-channel.ts';
import { runReactGraph, type ReactAnswer } from './react-graph.ts';
import { tracingFor } from './tracing.ts';

/** A turn that failed, on its way out of the graph. */
class TurnFailure extends Error {
  readonly result: FailedResult;

  constructor(result: FailedResult) {
    super(result.error);
    this.result = result;
  }
}

/** Works on a task in a graph of LangGraph; its conversation is kept, and gone on with after a crash, as the loop's is. */
export async function* workInGraph(
  task: LlmTask,
  toolbox: Toolbox,
  { baseEnv, maxTurns = usualMaxTurns }: Pick<ToolBackendOptions, 'baseEnv' | 'maxTurns'>,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  const { conversation } = task;
  yield* noted(task, runToolCalls(task, toolbox, signal));
  const channel = new EventChannel();
  const tell = async <T>(events: AsyncGenerator<StepEvent, T>): Promise<T> => {
    try {
      for (;;) {
        const next = await events.next();
        if (next.done) return next.value;
        await channel.tell(next.value);
      }
    } finally {
      await events.return(undefined as T);
    }
  };
  let isFirst = true;
  const ask = async (): Promise<ReactAnswer> => {
    if (conversation.turns >= maxTurns) throw new TurnFailure(failed(tooManyTurns(maxTurns)));
    const failure = await tell(noted(task, takeTurn(task, { tools: toolbox.tools, isFirst }, signal)));
    isFirst = false;
    if (failure) throw new TurnFailure(failure);
    return { text: conversation.conclusion ?? '', calls: conversation.unanswered };
  };
  const runTools = async (): Promise<readonly ToolCallResult[]> => {
    await tell(noted(task, runToolCalls(task, toolbox, signal)));
    return conversation.lastResults;
  };
  if (conversation.conclusion === undefined) {
    const tracing = tracingFor(baseEnv, task.request.services.redactor);
    const callbacks = tracing ? [tracing.tracer] : [];
    const messages = conversation.messages();
    const work = runReactGraph({ messages, ask, runTools, maxTurns, signal, callbacks });
    const failure = yield* channel.during(
      work.then(
        () => undefined,
        (thrown: unknown) => failureOf(thrown, signal),
      ),
    );
    await tracing?.flush();
    if (failure) return yield ended(task, failure);
  }
  yield ended(task, { type: 'result', ok: true, text: conversation.conclusion ?? '' });
}

function failureOf(thrown: unknown, signal: AbortSignal): FailedResult {
  signal.throwIfAborted();
  if (thrown instanceof TurnFailure) return thrown.result;
  if (thrown instanceof Error && thrown.name === 'GraphRecursionError') return failed(messageOf(thrown));
  throw thrown;
}
