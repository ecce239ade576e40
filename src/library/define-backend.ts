import type { Outcome } from '../contract/outcome.ts';
import type { Node } from '../language/graph/graph.ts';
import type { AgentAdapter, AgentEvent, AgentSession } from '../engine/ports/agent.ts';
import { isTransientError } from '../engine/handlers/should-retry.ts';
import { messageOf } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';

/** The `CodergenBackend` of 4.5. */
export interface BackendRequest {
  readonly node: Node;
  /** As sent to a model: preamble, steering and the node's prompt. */
  readonly prompt: string;
  readonly context: ReadonlyMap<string, Json>;
  readonly signal: AbortSignal;
}

/**
 * A backend from a function that answers a prompt with a text or a complete outcome (4.5).
 *
 * @example
 * const echo = defineBackend('echo', async ({ prompt }) => prompt);
 * await run('pipeline.dot', { backend: 'echo', extensions: { backends: { echo } } });
 */
export function defineBackend(
  id: string,
  answer: (request: BackendRequest) => Promise<string | Outcome> | string | Outcome,
): AgentAdapter {
  return {
    specVersion: 'agent-v1',
    id,
    detect: async () => ({ available: true }),
    open: async ({ call, sessionId }): Promise<AgentSession> => ({
      id: sessionId,
      prompt: (prompt, signal) =>
        reply(async () => answer({ node: call.node, prompt, context: call.context, signal }), signal),
      close: async () => undefined,
    }),
  };
}

async function* reply(ask: () => Promise<string | Outcome>, signal: AbortSignal): AsyncGenerator<AgentEvent> {
  try {
    const answer = await ask();
    if (typeof answer === 'string') yield { type: 'result', ok: true, text: answer };
    else yield { type: 'result', ok: true, text: answer.notes ?? '', outcome: answer };
  } catch (thrown) {
    signal.throwIfAborted();
    yield { type: 'result', ok: false, error: messageOf(thrown), transient: isTransientError(thrown) };
  }
}
