import type { AgentAdapter, AgentEvent, AgentSession, OpenSession } from '../ports/agent.ts';

/**
 * Backend `simulation`: answers at once, without a model, with the text of 4.5. Runs in the browser too.
 * It emits no events: its result says it all, and a step without events costs no commit of its own.
 */
export const simulationAdapter: AgentAdapter = {
  specVersion: 'agent-v1',
  id: 'simulation',
  toolHooks: 'no tools',
  detect: async () => ({ available: true }),
  open: async (request) => new SimulatedSession(request),
};

class SimulatedSession implements AgentSession {
  readonly #request: OpenSession;

  constructor(request: OpenSession) {
    this.#request = request;
  }

  get id(): string {
    return this.#request.resume ?? this.#request.sessionId;
  }

  prompt(_text: string, signal: AbortSignal): AsyncIterable<AgentEvent> {
    return turn(this.#request, signal);
  }

  async close(): Promise<void> {}
}

async function* turn(request: OpenSession, signal: AbortSignal): AsyncGenerator<AgentEvent> {
  signal.throwIfAborted();
  const { nodeId } = request.call;
  // The outcome is given because a fixed text cannot keep to an `output_schema`.
  yield {
    type: 'result',
    ok: true,
    text: simulatedText(request),
    outcome: { status: 'success', notes: `Stage completed: ${nodeId}` },
  };
}

/** A ranking fan-in gets its first candidate, the one the heuristic of 4.9 prefers. */
function simulatedText({ call }: OpenSession): string {
  return call.candidates?.[0] ?? `[Simulated] Response for stage: ${call.nodeId}`;
}
