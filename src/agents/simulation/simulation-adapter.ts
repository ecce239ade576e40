import type { AgentAdapter, AgentEvent, OpenSession } from '../../engine/ports/agent.ts';

/** Backend `simulation`: answers at once, without a model, with the text of 4.5. Runs in the browser too. */
export const simulationAdapter: AgentAdapter = {
  specVersion: 'agent-v1',
  id: 'simulation',
  detect: async () => ({ available: true }),
  open: async (request) => {
    const id = request.resume ?? request.sessionId;
    return { id, prompt: (_text, signal) => turn(request, id, signal), close: async () => {} };
  },
};

async function* turn(request: OpenSession, sessionId: string, signal: AbortSignal): AsyncGenerator<AgentEvent> {
  signal.throwIfAborted();
  const { call, resume } = request;
  yield { type: 'AgentSessionStarted', agent: 'simulation', sessionId, resumed: resume !== undefined };
  const text = simulatedText(request);
  yield { type: 'AgentText', text };
  // The outcome is given because a fixed text cannot keep to an `output_schema`.
  yield { type: 'result', ok: true, text, outcome: { status: 'success', notes: `Stage completed: ${call.nodeId}` } };
}

/** A ranking fan-in gets its first candidate, the one the heuristic of 4.9 prefers. */
function simulatedText({ call }: OpenSession): string {
  return call.candidates?.[0] ?? `[Simulated] Response for stage: ${call.nodeId}`;
}
