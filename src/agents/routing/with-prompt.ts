import type { AgentSession } from '../../engine/ports/agent.ts';

/** A session with another way to take a prompt; everything else is that of the one behind it. */
export function withPrompt(session: AgentSession, prompt: AgentSession['prompt']): AgentSession {
  return {
    // Known only once the session has begun.
    get id() {
      return session.id;
    },
    close: () => session.close(),
    prompt,
  };
}
