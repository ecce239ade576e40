import type {
  AgentAdapter,
  AgentDetection,
  AgentEvent,
  AgentSession,
  OpenSession,
  Permissions,
} from '../../engine/ports/agent.ts';
import { allowedEnvironment } from '../../shared/process/environment.ts';
import { reachOf } from '../cli/agent-reach.ts';
import type { CliAgentOptions } from '../cli/cli-agent.ts';
import { detectExecutable } from '../cli/executable.ts';
import { withLimit } from '../cli/limit-failure.ts';
import type { AcpAgent } from './acp-agent.ts';
import type { AcpSettings } from './acp-program.ts';
import type { AcpTurn } from './acp-turn.ts';
import { permissionPolicy } from './permission-policy.ts';
import type { AnswerPermission } from './permission-question.ts';
import { NoProtocol } from './turn-problem.ts';

/** How an agent that speaks the protocol is to be used here. `executable` is the program that serves it. */
export interface AcpAgentOptions extends CliAgentOptions {
  /** The agent's own program, where an adapter starts it: a path. Its adapter's choice unless told. */
  readonly agentExecutable?: string;
  /** Answers what the agent asks; a policy by `permissions` and `allowedTools` unless told. */
  readonly answer?: AnswerPermission;
  /** Until it has opened a session, in milliseconds; two minutes unless told. */
  readonly startMs?: number;
  /** From asking it to cancel to ending it, in milliseconds; five seconds unless told. */
  readonly cancelMs?: number;
}

const defaults = { startMs: 120_000, cancelMs: 5_000, leaveMs: 1_000 };

/**
 * An agent that speaks the Agent Client Protocol behind the Agent port: one process for each prompt, all turns in one session of the
 * agent's own, which is resumed or loaded from the same folder and HOME.
 */
export function createAcpAdapter(agent: AcpAgent, options: AcpAgentOptions): AgentAdapter {
  return {
    specVersion: 'agent-v1',
    id: agent.id,
    detect: () => detectAcpAgent(agent, options),
    open: async (request) => new AcpSession(agent, options, request),
  };
}

/** Whether the program that serves the protocol is installed; whether it does so shows only when it is started. */
export function detectAcpAgent(agent: AcpAgent, options: AcpAgentOptions): Promise<AgentDetection> {
  return detectExecutable({
    confinement: options.confinement,
    executable: options.executable ?? agent.executable,
    env: environmentOf(agent, options, {}),
    installHint: agent.installHint,
  });
}

export class AcpSession implements AgentSession {
  readonly #agent: AcpAgent;
  readonly #options: AcpAgentOptions;
  readonly #request: OpenSession;
  #known: string | undefined;

  constructor(agent: AcpAgent, options: AcpAgentOptions, request: OpenSession) {
    this.#agent = agent;
    this.#options = options;
    this.#request = request;
    this.#known = request.resume;
  }

  get id(): string | undefined {
    return this.#known;
  }

  async *prompt(text: string, signal: AbortSignal): AsyncGenerator<AgentEvent> {
    try {
      yield* this.attempt(text, signal);
    } catch (error) {
      if (!(error instanceof NoProtocol)) throw error;
      yield error.failure;
    }
  }

  /** The same, for callers that know another way: throws NoProtocol where the program does not serve the protocol. */
  async *attempt(text: string, signal: AbortSignal): AsyncGenerator<AgentEvent> {
    // Most runs talk to no such agent and need not wait for the SDK.
    const { runAcpTurn } = await import('./acp-turn.ts');
    for await (const event of runAcpTurn(this.#turn(text), this.#request, signal)) {
      if (event.type === 'AgentSessionStarted') this.#known = event.sessionId;
      yield withLimit(event, { now: Date.now(), timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
    }
  }

  /** Nothing to do: between prompts no process runs. */
  async close(): Promise<void> {}

  #turn(text: string): AcpTurn {
    const [agent, options, request, known] = [this.#agent, this.#options, this.#request, this.#known];
    const permissions = request.permissions ?? options.permissions ?? 'workspace-write';
    const settings = settingsOf(permissions, options, request);
    const { allowedTools } = settings;
    const env = environmentOf(agent, options, { ...agent.program.environment?.(settings), ...request.env });
    return {
      process: {
        executable: options.executable ?? agent.executable,
        args: agent.program.arguments(settings),
        env,
        confinement: options.confinement,
        reach: reachOf(agent, env, { options: { ...options, permissions }, request }),
      },
      prompt: {
        agent,
        settings,
        text: request.system === undefined ? text : `${request.system}\n\n${text}`,
        known,
        answer: options.answer ?? permissionPolicy({ permissions, allowedTools, cwd: request.cwd }),
        startMs: options.startMs ?? defaults.startMs,
      },
      cancelMs: options.cancelMs ?? defaults.cancelMs,
      leaveMs: defaults.leaveMs,
    };
  }
}

function settingsOf(permissions: Permissions, options: AcpAgentOptions, { model }: OpenSession): AcpSettings {
  const { allowedTools = [], maxRetries, agentExecutable, confinement } = options;
  // Limits alone keep nothing apart.
  const sandboxed = options.sandboxed === true || (confinement !== undefined && confinement.kind !== 'none');
  return {
    permissions,
    allowedTools,
    sandboxed,
    ...(model !== undefined && { model }),
    ...(agentExecutable !== undefined && { agentExecutable }),
    ...(maxRetries !== undefined && { maxRetries }),
  };
}

function environmentOf(
  { variables }: AcpAgent,
  { baseEnv, allowEnv = [] }: CliAgentOptions,
  set: Readonly<Record<string, string>>,
): Record<string, string> {
  return allowedEnvironment({ base: baseEnv, allow: [...variables, ...allowEnv], set });
}
