import type { Usage } from '../../contract/outcome.ts';
import { converse } from './codergen-conversation.ts';
import type { AgentChoice, AgentTask } from './codergen-task.ts';
import { addUsage, type Turn } from './codergen-turn.ts';

/**
 * Puts a task to its agent and, where that fails with something that may pass (3.6), to the next of its chain, with an
 * `AgentFallback` that says why. The last one's failure is the stage's. An operation that was cut off by a crash goes on
 * with the agent it had come to (R3).
 */
export async function converseInTurn(task: AgentTask): Promise<Turn> {
  let usage: Usage | undefined;
  let choice = await firstChoice(task);
  for (;;) {
    const turn = await converse({ ...task, choice });
    usage = turn.usage ? addUsage(usage, turn.usage) : usage;
    const { result } = turn;
    const { adapter, fallback } = choice;
    if (result.ok || !result.transient || !fallback) return { result, usage };
    await task.services.emit({
      type: 'AgentFallback',
      from: adapter.id,
      to: fallback.adapter.id,
      reason: result.error,
    });
    choice = fallback;
  }
}

async function firstChoice({ choice, services }: AgentTask): Promise<AgentChoice> {
  const known = (await services.earlier()).flatMap((event) =>
    event.type === 'AgentSessionStarted' ? [event.agent] : event.type === 'AgentFallback' ? [event.to] : [],
  );
  for (let at: AgentChoice | undefined = choice; at; at = at.fallback) if (at.adapter.id === known.at(-1)) return at;
  return choice;
}
