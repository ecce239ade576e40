import type { AgentAdapter, AgentDetection, AgentEvent, AgentSession, OpenSession } from '../../engine/ports/agent.ts';
import { allowedEnvironment } from '../../shared/process/environment.ts';
import { reachOf } from './agent-reach.ts';
import type { CliAgent, CliAgentOptions, SessionReference } from './cli-agent.ts';
import { runCliTurn } from './cli-turn.ts';
import { detectExecutable } from './executable.ts';

/**
 * A command-line agent behind the Agent port: one process for each prompt, all turns in one session of the agent's own,
 * which is continued from the same folder and HOME.
 */
export function createCliAdapter(agent: CliAgent, options: CliAgentOptions): AgentAdapter {
  return {
    specVersion: 'agent-v1',
    id: agent.id,
    ...(agent.runsToolHooks && { toolHooks: 'run' }),
    detect: () => detect(agent, options),
    open: async (request) => new CliSession(agent, options, request),
  };
}

class CliSession implements AgentSession {
  readonly #agent: CliAgent;
  readonly #options: CliAgentOptions;
  readonly #request: OpenSession;
  #session: SessionReference;

  constructor(agent: CliAgent, options: CliAgentOptions, request: OpenSession) {
    this.#agent = agent;
    this.#options = {
      ...options,
      ...(request.permissions && { permissions: request.permissions }),
      ...(isApart(options) && { sandboxed: true }),
    };
    this.#request = request;
    this.#session = firstReference(agent, request);
  }

  get id(): string | undefined {
    return this.#session.id;
  }

  async *prompt(text: string, signal: AbortSignal): AsyncGenerator<AgentEvent> {
    const [agent, options, request, session] = [this.#agent, this.#options, this.#request, this.#session];
    const prompt = request.system === undefined ? text : `${request.system}\n\n${text}`;
    const { args, env: set = {}, stdin } = agent.commandLine({ prompt, session, request, options });
    const env = environmentOf(agent, options, { ...set, ...request.env });
    const resumed = session.kind === 'known';
    const spentBefore = resumed ? await agent.spentBefore?.(session.id, env) : undefined;
    const turn = {
      confinement: options.confinement,
      reach: reachOf(agent, env, { options, request }),
      executable: options.executable ?? agent.executable,
      args,
      env,
      reader: agent.transcript({
        cwd: request.cwd,
        resumed,
        ...(session.id !== undefined && { sessionId: session.id }),
        ...(spentBefore && { spentBefore }),
      }),
      ...(agent.sampleLine !== undefined && { prepare: () => readSample(agent) }),
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

function readSample({ transcript, sampleLine = '' }: CliAgent): void {
  transcript({ cwd: '/', resumed: true }).read(sampleLine);
}

/** Whether the agent is installed; whether it is signed in shows only when it is asked something. */
function detect(agent: CliAgent, options: CliAgentOptions): Promise<AgentDetection> {
  return detectExecutable({
    confinement: options.confinement,
    executable: options.executable ?? agent.executable,
    env: environmentOf(agent, options, {}),
    installHint: agent.installHint,
  });
}

function environmentOf(
  { variables }: CliAgent,
  { baseEnv, allowEnv = [] }: CliAgentOptions,
  set: Readonly<Record<string, string>>,
): Record<string, string> {
  return allowedEnvironment({ base: baseEnv, allow: [...variables, ...allowEnv], set });
}

/** Limits alone keep nothing apart. */
function isApart({ confinement }: CliAgentOptions): boolean {
  return confinement !== undefined && confinement.kind !== 'none';
}
