import type { AgentAdapter, AgentEvent, AgentSession, OpenSession } from '../../engine/ports/agent.ts';
import type { AgentLimits, AgentQueue, QueueOwner } from './agent-queue.ts';
import { systemRoutingClock, type RoutingClock } from './routing-clock.ts';
import { withPrompt } from './with-prompt.ts';

/**
 * How much the agents of one project are asked: over all runs of this process, since it is one account that they use.
 * What is waited for is told by `AgentQueued`.
 */
export class Limits {
  readonly #limits: ReadonlyMap<string, AgentLimits>;
  readonly #clock: RoutingClock;
  readonly #queues = new Map<string, AgentQueue>();

  /** @param limits by id of the agent */
  constructor(limits: ReadonlyMap<string, AgentLimits>, clock: RoutingClock = systemRoutingClock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** The adapter behind its limits; itself where it has none. */
  guard(adapter: AgentAdapter): AgentAdapter {
    const limits = this.#limits.get(adapter.id);
    if (!limits) return adapter;
    return {
      ...adapter,
      open: async (request) => {
        const queue = await this.#queueOf(adapter.id, limits);
        return queuedSession(await adapter.open(request), ownerOf(adapter, request), queue);
      },
    };
  }

  async #queueOf(agent: string, limits: AgentLimits): Promise<AgentQueue> {
    // The library behind it, only where somebody is asked something.
    const { AgentQueue } = await import('./agent-queue.ts');
    const queue = this.#queues.get(agent) ?? new AgentQueue(limits, this.#clock);
    this.#queues.set(agent, queue);
    return queue;
  }
}

function ownerOf({ id: agent }: AgentAdapter, { model }: OpenSession): QueueOwner {
  return { agent, ...(model !== undefined && { model }) };
}

function queuedSession(session: AgentSession, owner: QueueOwner, queue: AgentQueue): AgentSession {
  return withPrompt(session, async function* (text, signal): AsyncGenerator<AgentEvent> {
    const leave = yield* queue.enter(owner, signal);
    let tokens = 0;
    try {
      for await (const event of session.prompt(text, signal)) {
        if (event.type === 'AgentUsage') tokens += event.inputTokens + event.outputTokens;
        // That of the result is the whole turn's.
        if (event.type === 'result' && event.usage) tokens = event.usage.inputTokens + event.usage.outputTokens;
        yield event;
      }
    } finally {
      queue.used(tokens);
      leave();
    }
  });
}
