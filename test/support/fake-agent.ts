import type { AgentAdapter, AgentEvent, AgentResult, OpenSession } from '../../src/engine/ports/agent.ts';

/** One prompt a fake agent got, in the session it got it in. */
export interface ReceivedPrompt {
  readonly request: OpenSession;
  readonly text: string;
  /** What its process would find in its environment. */
  readonly env: OpenSession['env'];
}

export interface FakeAgent extends AgentAdapter {
  readonly prompts: readonly ReceivedPrompt[];
  /** Sessions closed so far. */
  readonly closed: readonly string[];
}

/** What a turn yields for a prompt; a text stands for a successful result. */
export type FakeTurn = (
  prompt: ReceivedPrompt,
  signal: AbortSignal,
) => Iterable<AgentEvent> | AsyncIterable<AgentEvent> | string;

/** An agent whose turns a test decides. It tells its session before each turn, as adapters must. */
export function fakeAgent(turn: FakeTurn, id = 'fake'): FakeAgent {
  const prompts: ReceivedPrompt[] = [];
  const closed: string[] = [];
  return {
    specVersion: 'agent-v1',
    id,
    toolHooks: 'run',
    prompts,
    closed,
    detect: async () => ({ available: true }),
    async open(request) {
      const sessionId = request.resume ?? request.sessionId;
      const { env } = request;
      return {
        id: sessionId,
        async *prompt(text, signal): AsyncGenerator<AgentEvent> {
          const prompt = { request, text, env };
          prompts.push(prompt);
          yield { type: 'AgentSessionStarted', agent: id, sessionId, resumed: request.resume !== undefined };
          const answer = turn(prompt, signal);
          if (typeof answer === 'string') yield said(answer);
          else yield* answer;
        },
        close: async () => void closed.push(sessionId),
      };
    },
  };
}

export function said(text: string, more: Partial<Extract<AgentResult, { ok: true }>> = {}): AgentResult {
  return { type: 'result', ok: true, text, ...more };
}

export function broke(error: string, more: Partial<Extract<AgentResult, { ok: false }>> = {}): AgentResult {
  return { type: 'result', ok: false, error, transient: false, ...more };
}
