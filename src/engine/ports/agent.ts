import type { StepEvent } from '../../contract/event.ts';
import type { Outcome, Usage } from '../../contract/outcome.ts';
import type { Json } from '../../shared/json.ts';
import type { StepCall, StepServices } from './step.ts';

/**
 * The Agent port: one coding agent or model that takes a prompt and reports what it does.
 * Optional abilities are optional methods; absent means unsupported.
 */
export interface AgentAdapter {
  readonly specVersion: 'agent-v1';
  /** Stable id, for example `claude-code`. */
  readonly id: string;
  /**
   * `run`: it runs `tool_hooks` around each of its tool calls (9.7). `no tools`: it makes none.
   * Absent: it cannot, and pipelines with hooks are refused for it.
   */
  readonly toolHooks?: 'run' | 'no tools';
  /**
   * `recorded`: its sessions are nothing but what the journal holds of them, and so follow a run that is forked or goes
   * back. Absent: it keeps them itself, and they are where it left them.
   */
  readonly sessions?: 'recorded';
  /** Whether it can be used here, found out without starting a session; for what a node wants of it, where that is told. */
  detect(wanted?: Pick<OpenSession, 'provider' | 'model'>): Promise<AgentDetection>;
  open(request: OpenSession): Promise<AgentSession>;
}

/**
 * What an agent may do without asking; where nobody is there to be asked, everything else is denied and reported as
 * `AgentPermissionDenied` where the agent tells of it.
 * - `read-only`: reading and searching.
 * - `workspace-write` (the default): also changing files in the working folder, and the shell commands that the agent
 *   lets pass with that. What else the work needs, say the test runner, is named in its list of allowed tools.
 * - `full`: everything.
 */
export type Permissions = 'read-only' | 'workspace-write' | 'full';

export interface AgentDetection {
  readonly available: boolean;
  readonly version?: string;
  readonly path?: string;
  /** Why it cannot be used, and what to do about it. */
  readonly reason?: string;
}

export interface OpenSession {
  /** The agent's own session to continue; absent starts a fresh one. */
  readonly resume?: string;
  /** Id for a fresh session, for agents that accept one: derived from (run, key), so a crash cannot lose it. */
  readonly sessionId: string;
  readonly cwd: string;
  /** The provider's own name of a model; tiers are resolved before. */
  readonly model?: string;
  /** Name of a provider of the configuration, for backends that talk to models themselves; absent means its default. */
  readonly provider?: string;
  /** What the agent is before it hears its task: its role, persona and personality, put together. */
  readonly system?: string;
  /** What this session may do, where that differs from the agent's own setting. */
  readonly permissions?: Permissions;
  /** Names of the tools it may use, for backends that use ours; absent means all its permissions let it have. */
  readonly tools?: readonly string[];
  readonly reasoningEffort?: 'low' | 'medium' | 'high';
  /** Variables an agent's process gets beside the allow-listed ones, for example ORCHESTRA_STATUS_FILE; read only to start one. */
  readonly env: Readonly<Record<string, string>>;
  readonly toolHooks?: ToolHooks;
  /** The step this session serves: scripted agents look up their lines by it. */
  readonly call: StepCall;
  /** Where process facts are journaled before a prompt is sent. */
  readonly services: StepServices;
}

/** Shell commands around each tool call of the agent (9.7). */
export interface ToolHooks {
  readonly pre?: string;
  readonly post?: string;
}

export interface AgentSession {
  /** The agent's own id of this session, as far as known. */
  readonly id: string | undefined;
  prompt(text: string, signal: AbortSignal): AsyncIterable<AgentEvent>;
  close(): Promise<void>;
}

/** A step event, or the single last item that says how the turn ended. A stream without a result is a failure. */
export type AgentEvent = StepEvent | AgentResult;

export type AgentResult =
  | {
      readonly type: 'result';
      readonly ok: true;
      readonly text: string;
      readonly usage?: Usage;
      /** A complete outcome, from backends that decide it themselves (4.5). */
      readonly outcome?: Outcome;
      /** Structured output, where a schema was declared. */
      readonly output?: Json;
    }
  | FailedResult;

export interface FailedResult {
  readonly type: 'result';
  readonly ok: false;
  readonly error: string;
  /** Worth another attempt: network, 429, 5xx, overload (3.6). */
  readonly transient: boolean;
  /** Milliseconds after which another attempt may succeed, where the agent says so. */
  readonly retryAfterMs?: number;
  /** The session cannot be continued (unknown id, another folder): open a fresh one. */
  readonly sessionLost?: boolean;
  readonly usage?: Usage;
}
