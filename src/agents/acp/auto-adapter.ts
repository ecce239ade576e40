import type { AgentAdapter, AgentEvent, AgentSession } from '../../engine/ports/agent.ts';
import { AcpSession, detectAcpAgent, type AcpAgentOptions } from './acp-adapter.ts';
import type { AcpAgent } from './acp-agent.ts';
import { NoProtocol } from './turn-problem.ts';

/** The two ways of one agent. */
export interface AutoWays {
  readonly agent: AcpAgent;
  readonly options: AcpAgentOptions;
  /** Its command line. */
  readonly headless: AgentAdapter;
}

/**
 * `protocol: auto`: the Agent Client Protocol where the agent's program serves it, else its command line, with a warning where that
 * shows only when it is started. Steps with tool hooks go to the command line where that runs them. A session that one way began goes
 * on in the other where the agent keeps them together, else a fresh one is opened.
 */
export function createAutoAdapter({ agent, options, headless }: AutoWays): AgentAdapter {
  let speaks: Promise<boolean> | undefined;
  const speaksProtocol = (): Promise<boolean> =>
    (speaks ??= detectAcpAgent(agent, options).then(({ available }) => available));
  return {
    specVersion: 'agent-v1',
    id: agent.id,
    ...(headless.toolHooks && { toolHooks: headless.toolHooks }),
    async detect() {
      const overProtocol = await detectAcpAgent(agent, options);
      return overProtocol.available ? overProtocol : headless.detect();
    },
    async open(request) {
      if (request.toolHooks || !(await speaksProtocol())) return headless.open(request);
      const giveUp = (): Promise<AgentSession> => {
        speaks = Promise.resolve(false);
        return headless.open(request);
      };
      return new AutoSession(new AcpSession(agent, options, request), giveUp);
    },
  };
}

class AutoSession implements AgentSession {
  readonly #overProtocol: AcpSession;
  readonly #giveUp: () => Promise<AgentSession>;
  #headless: AgentSession | undefined;

  constructor(overProtocol: AcpSession, giveUp: () => Promise<AgentSession>) {
    this.#overProtocol = overProtocol;
    this.#giveUp = giveUp;
  }

  get id(): string | undefined {
    return (this.#headless ?? this.#overProtocol).id;
  }

  async *prompt(text: string, signal: AbortSignal): AsyncGenerator<AgentEvent> {
    if (!this.#headless) {
      try {
        return yield* this.#overProtocol.attempt(text, signal);
      } catch (error) {
        if (!(error instanceof NoProtocol)) throw error;
        yield { type: 'AgentWarning', message: `${error.message}; its command line is used instead` };
        this.#headless = await this.#giveUp();
      }
    }
    yield* this.#headless.prompt(text, signal);
  }

  async close(): Promise<void> {
    await this.#headless?.close();
  }
}
