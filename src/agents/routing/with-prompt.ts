import type { AgentSession } from '../../engine/ports/agent.ts';

/** A session with another way to take a prompt; everything else is that of the one behind it. */
export function withPrompt(session: AgentSession, prompt: AgentSession['prompt']): AgentSession {
  return new PromptedOtherwise(session, prompt);
}

class PromptedOtherwise implements AgentSession {
  readonly #session: AgentSession;
  readonly prompt: AgentSession['prompt'];

  constructor(session: AgentSession, prompt: AgentSession['prompt']) {
    this.#session = session;
    this.prompt = prompt;
  }

  /** Known only once the session has begun. */
  get id(): string | undefined {
    return this.#session.id;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
