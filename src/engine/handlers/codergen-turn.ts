import type { StepEvent } from '../../contract/event.ts';
import { addUsage } from '../../contract/add-usage.ts';
import type { Usage } from '../../contract/outcome.ts';
import { reasonOf } from '../../shared/errors.ts';
import type { AgentEvent, AgentResult, AgentSession } from '../ports/agent.ts';
import type { AgentTask } from './codergen-task.ts';
import { EventRedaction } from './step-event-redaction.ts';
import { isTransientError } from './should-retry.ts';
import { machineFailureIn } from '../../shared/machine-failure.ts';

/** How one prompt ended, and what it cost. */
export interface Turn {
  readonly result: AgentResult;
  readonly usage: Usage | undefined;
}

/** What a prompt needs of the task it is for. */
export interface PromptedTask extends Pick<AgentTask, 'turns'> {
  readonly services: Pick<AgentTask['services'], 'signal' | 'redactor'>;
}

/**
 * Sends one prompt and hands every event to `onEvent`, for which it waits, before the next is read, and between them the
 * turns they make. The first `result` decides; a stream that ends or breaks without one is a failure.
 * Rejects when `signal` is aborted and when `onEvent` does.
 *
 * `usage` of the result is the whole turn's and beats the `AgentUsage` events, which are added up where the
 * result says nothing.
 */
export async function takeTurn(
  session: AgentSession,
  text: string,
  { services: { signal, redactor }, turns }: PromptedTask,
  onEvent: (event: StepEvent) => Promise<void>,
): Promise<Turn> {
  let counted: Usage | undefined;
  const redaction = new EventRedaction(redactor);
  for await (const event of withResult(session.prompt(text, signal), signal)) {
    const isLast = event.type === 'result';
    const completed = isLast ? turns.endingWith(event) : turns.endingBefore(event);
    if (completed) for (const told of redaction.push(completed)) await onEvent(told);
    for (const told of isLast ? redaction.end() : redaction.push(event)) await onEvent(told);
    if (isLast) return { result: event, usage: event.usage ?? counted };
    if (event.type === 'AgentUsage') counted = addUsage(counted, usageOf(event));
  }
  throw new Error('a turn ends with a result');
}

/** The stream with a failed result where it has none of its own. What the reader throws is not caught here, nor what the machine failed at. */
async function* withResult(events: AsyncIterable<AgentEvent>, signal: AbortSignal): AsyncGenerator<AgentEvent> {
  try {
    yield* events;
  } catch (thrown) {
    if (signal.aborted || machineFailureIn(thrown)) throw thrown;
    yield brokenOff(reasonOf(thrown), isTransientError(thrown));
    return;
  }
  signal.throwIfAborted();
  yield brokenOff('the agent ended without a result');
}

function brokenOff(error: string, transient = false): AgentResult {
  return { type: 'result', ok: false, error, transient };
}

function usageOf({ type: _type, ...usage }: Extract<StepEvent, { type: 'AgentUsage' }>): Usage {
  return usage;
}
