import type { AgentAdapter, AgentEvent, AgentResult, AgentSession, OpenSession } from '../../engine/ports/agent.ts';
import type { Call, Circuit, CircuitOptions } from './circuit.ts';
import { withPrompt } from './with-prompt.ts';

const usual: CircuitOptions = { failures: 5, restMs: 60_000 };

/** The circuit breakers of one project, by agent, model and provider: what one run learns of an agent, the others need not learn again. */
export class Circuits {
  readonly #options: CircuitOptions;
  readonly #circuits = new Map<string, Circuit>();

  constructor(options: Partial<CircuitOptions> = {}) {
    this.#options = { ...usual, ...options };
  }

  /**
   * The adapter behind its circuit breakers. A call that is refused is a turn that fails until the agent has rested, so
   * that a fallback does the work, or the stage waits. Failures that stay, as a refused key, count as answers.
   */
  guard(adapter: AgentAdapter): AgentAdapter {
    return {
      ...adapter,
      open: async (request) => guarded(await adapter.open(request), await this.#of(adapter.id, request)),
    };
  }

  async #of(agent: string, { model, provider }: OpenSession): Promise<Circuit> {
    // The library behind it, only where somebody is asked something.
    const { Circuit } = await import('./circuit.ts');
    const key = JSON.stringify([agent, model, provider]);
    const circuit =
      this.#circuits.get(key) ?? new Circuit({ agent, ...(model !== undefined && { model }) }, this.#options);
    this.#circuits.set(key, circuit);
    return circuit;
  }
}

function guarded(session: AgentSession, circuit: Circuit): AgentSession {
  return withPrompt(session, (text, signal) => guardedTurn(session.prompt(text, signal), circuit));
}

async function* guardedTurn(turn: AsyncIterable<AgentEvent>, circuit: Circuit): AsyncGenerator<AgentEvent> {
  const call = await circuit.admit();
  if ('refusal' in call) {
    const { refusal: error, retryAfterMs } = call;
    return yield { type: 'result', ok: false, error, transient: true, retryAfterMs };
  }
  let hasEnded = false;
  try {
    yield* circuit.changes();
    for await (const event of turn) {
      if (event.type === 'result') {
        hasEnded = true;
        await conclude(call, event);
        yield* circuit.changes();
      }
      yield event;
    }
  } finally {
    // Wherever whoever read it stopped.
    if (!hasEnded) await call.inconclusive('the call that tried it was given up');
  }
}

/** A limit that names its time is no fault: whoever has to wait for it would only wait longer for a circuit. */
function conclude(call: Call, result: AgentResult): Promise<void> {
  if (result.ok || !result.transient) return call.answered();
  return result.retryAfterMs === undefined ? call.failed(result.error) : call.inconclusive(result.error);
}
