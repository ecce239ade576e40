import type { AgentEvent, AgentSession, OpenSession } from '../../engine/ports/agent.ts';
import { environmentOf } from './agent-environment.ts';
import { reachOf } from './agent-reach.ts';
import type { AgentTurns, CliAgent, CliAgentOptions, SessionReference } from './cli-agent.ts';
import { runCliTurn } from './cli-turn.ts';

/** A session of a command-line agent, and what its turns are made of. */
export interface CliSessionParts {
  readonly agent: CliAgent;
  readonly turns: AgentTurns;
  readonly options: CliAgentOptions;
  readonly request: OpenSession;
}

/** One session of the agent's own; each prompt is a process. */
export class CliSession implements AgentSession {
  readonly #parts: CliSessionParts;
  #session: SessionReference;

  constructor(parts: CliSessionParts) {
    const { agent, options, request } = parts;
    const { permissions } = request;
    const own = { ...options, ...(permissions && { permissions }), ...(isApart(options) && { sandboxed: true }) };
    this.#parts = { ...parts, options: own };
    this.#session = firstReference(agent, request);
  }

  get id(): string | undefined {
    return this.#session.id;
  }

  async *prompt(text: string, signal: AbortSignal): AsyncGenerator<AgentEvent> {
    const { agent, turns, options, request } = this.#parts;
    const session = this.#session;
    const prompt = request.system === undefined ? text : `${request.system}\n\n${text}`;
    const { args, env: set = {}, stdin } = turns.commandLine({ prompt, session, request, options });
    const env = environmentOf(agent, options, { ...set, ...request.env });
    const resumed = session.kind === 'known';
    const spentBefore = resumed ? await turns.spentBefore?.(session.id, env) : undefined;
    const turn = {
      confinement: options.confinement,
      reach: reachOf(agent, env, { options, request }),
      executable: options.executable ?? agent.executable,
      args,
      env,
      reader: turns.transcript({
        cwd: request.cwd,
        resumed,
        ...(session.id !== undefined && { sessionId: session.id }),
        ...(spentBefore && { spentBefore }),
      }),
      ...(turns.sampleLine !== undefined && { prepare: () => readSample(turns) }),
      ...(stdin !== undefined && { stdin }),
    };
    for await (const event of runCliTurn(turn, request, signal)) {
      if (event.type === 'AgentSessionStarted') {
        this.#session = { kind: 'known', id: event.sessionId };
        // By the name it has here: a project may drive one program in several ways.
        yield { ...event, agent: agent.id };
      } else yield event;
    }
  }

  /** Nothing to do: between prompts no process runs. */
  async close(): Promise<void> {}
}

/** An id of ours is derived before the start, so that a crash cannot lose it. */
function firstReference({ freshSessionId }: CliAgent, request: OpenSession): SessionReference {
  if (request.resume !== undefined) return { kind: 'known', id: request.resume };
  return { kind: 'fresh', ...(freshSessionId && { id: freshSessionId(request.sessionId) }) };
}

function readSample({ transcript, sampleLine = '' }: AgentTurns): void {
  transcript({ cwd: '/', resumed: true }).read(sampleLine);
}

/** Limits alone keep nothing apart. */
function isApart({ confinement }: CliAgentOptions): boolean {
  return confinement !== undefined && confinement.kind !== 'none';
}
