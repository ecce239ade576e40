import type { AgentAdapter, AgentEvent, AgentSession } from '../../engine/ports/agent.ts';
import { formatDuration } from '../../shared/duration.ts';
import { withPrompt } from './with-prompt.ts';

/** An agent whose answers may take no longer than this; one that does is ended, and its turn may be tried again. */
export function withTurnLimit(adapter: AgentAdapter, limitMs: number): AgentAdapter {
  return { ...adapter, open: async (request) => limited(await adapter.open(request), adapter.id, limitMs) };
}

function limited(session: AgentSession, agent: string, limitMs: number): AgentSession {
  return withPrompt(session, async function* (text, signal): AsyncGenerator<AgentEvent> {
    const limit = AbortSignal.timeout(limitMs);
    try {
      yield* session.prompt(text, AbortSignal.any([signal, limit]));
    } catch (thrown) {
      if (!limit.aborted || signal.aborted) throw thrown;
      const error = `${agent} gave no answer in ${formatDuration(limitMs)}`;
      yield { type: 'result', ok: false, error, transient: true };
    }
  });
}
