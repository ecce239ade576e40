import type { AgentAdapter, Permissions } from '../ports/agent.ts';
import type { StepCall, StepServices } from '../ports/step.ts';
import type { AgentTurns } from './agent-turns.ts';
import type { StatusReport } from './codergen-status.ts';
import type { ThreadSessions } from './codergen-threads.ts';

/** Who does the work of a node, and how; selection is the caller's business. */
export interface AgentChoice {
  readonly adapter: AgentAdapter;
  readonly model?: string;
  readonly provider?: string;
  readonly permissions?: Permissions;
  readonly tools?: readonly string[];
  readonly effort?: 'low' | 'medium' | 'high';
  /** Who does it where this one cannot for now. */
  readonly fallback?: AgentChoice;
}

export interface SessionPorts {
  readonly sessions: ThreadSessions;
  /** A stable id for a text: equal texts, equal ids. Some agents demand the form of a UUID. */
  readonly deriveId: (text: string) => string;
}

/** A task on its way to an agent. */
export interface AgentTask {
  readonly ports: SessionPorts;
  readonly choice: AgentChoice;
  /** Who the agent is, for the beginning of a session. */
  readonly system?: string;
  /** The stage's prompt, without preamble and steering. */
  readonly prompt: string;
  readonly call: StepCall;
  readonly services: StepServices;
  readonly report: StatusReport;
  readonly turns: AgentTurns;
}
