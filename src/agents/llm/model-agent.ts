import type { AgentAdapter, AgentSession, OpenSession } from '../../engine/ports/agent.ts';
import { withPrompt } from '../routing/with-prompt.ts';

/** One provider as an agent of its own name. */
export interface ModelAgent {
  readonly id: string;
  /** The provider it asks, whatever a node says. */
  readonly provider: string;
  /** Asked for where a node names no model. */
  readonly model?: string;
}

/** A backend that talks to models, bound to one provider and called by a name of the project's. */
export function modelAgent(backend: AgentAdapter, { id, provider, model }: ModelAgent): AgentAdapter {
  const bound = (asked: Pick<OpenSession, 'model'>): Pick<OpenSession, 'provider' | 'model'> => {
    const wanted = asked.model ?? model;
    return { provider, ...(wanted !== undefined && { model: wanted }) };
  };
  return {
    ...backend,
    id,
    detect: (wanted) => backend.detect(bound(wanted ?? {})),
    // Written as one object, so that what a request computes when it is asked is not computed here.
    open: async (request) =>
      named(await backend.open(Object.assign(Object.create(request) as OpenSession, bound(request))), id),
  };
}

/** Its sessions are those of the name, not of the backend behind it. */
function named(session: AgentSession, agent: string): AgentSession {
  return withPrompt(session, async function* (text, signal) {
    for await (const event of session.prompt(text, signal)) {
      yield event.type === 'AgentSessionStarted' ? { ...event, agent } : event;
    }
  });
}
