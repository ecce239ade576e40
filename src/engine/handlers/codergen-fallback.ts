import { addUsage } from '../../contract/add-usage.ts';
import type { Usage } from '../../contract/outcome.ts';
import type { FailedResult } from '../ports/agent.ts';
import { converse } from './codergen-conversation.ts';
import type { AgentChoice, AgentTask } from './codergen-task.ts';
import type { Turn } from './codergen-turn.ts';

/**
 * Puts a task to its agent and, where that fails with something that may pass (3.6), to the next of its chain, with an
 * `AgentFallback` that says why: another agent now is preferred to the same one later. The last one's failure is the
 * stage's, unless one before it named the time when it can again: then that is waited for, the earliest of several. An
 * operation that was cut off by a crash goes on with the agent it had come to (R3).
 */
export async function converseInTurn(task: AgentTask): Promise<Turn> {
  let usage: Usage | undefined;
  let limited: FailedResult | undefined;
  let choice = await firstChoice(task);
  for (;;) {
    const turn = await converse({ ...task, choice });
    usage = turn.usage ? addUsage(usage, turn.usage) : usage;
    const { result } = turn;
    if (result.ok) return { result, usage };
    await tellLimit(task, choice, result);
    limited = earlier(limited, result);
    const { adapter, fallback } = choice;
    if (!result.transient || !fallback) return { result: limited ?? result, usage };
    await task.services.emit({
      type: 'AgentFallback',
      from: adapter.id,
      to: fallback.adapter.id,
      reason: result.error,
    });
    choice = fallback;
  }
}

async function tellLimit(
  { services }: AgentTask,
  { adapter, model }: AgentChoice,
  result: FailedResult,
): Promise<void> {
  const { error: reason, retryAfterMs } = result;
  if (retryAfterMs === undefined) return;
  const agent = { agent: adapter.id, ...(model !== undefined && { model }) };
  await services.emit({ type: 'AgentLimitReached', ...agent, reason, retryAfterMs });
}

/** Of two failures the one that passes first, as far as they name a time; how long later agents took is not taken off. */
function earlier(known: FailedResult | undefined, next: FailedResult): FailedResult | undefined {
  if (next.retryAfterMs === undefined) return known;
  return known?.retryAfterMs !== undefined && known.retryAfterMs <= next.retryAfterMs ? known : next;
}

/** Several of a chain may be one agent with other models, so that its name alone would lead back to the first of them. */
async function firstChoice({ choice, services }: AgentTask): Promise<AgentChoice> {
  const before = await services.earlier();
  const known = before.flatMap((event) =>
    event.type === 'AgentSessionStarted' ? [event.agent] : event.type === 'AgentFallback' ? [event.to] : [],
  );
  const passedOn = before.filter(({ type }) => type === 'AgentFallback').length;
  const chain = chainOf(choice);
  const isKnown = ({ adapter }: AgentChoice): boolean => adapter.id === known.at(-1);
  return chain.slice(passedOn).find(isKnown) ?? chain.find(isKnown) ?? choice;
}

function chainOf(choice: AgentChoice): readonly AgentChoice[] {
  return [choice, ...(choice.fallback ? chainOf(choice.fallback) : [])];
}
