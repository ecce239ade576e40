import type { Permissions } from '../../engine/ports/agent.ts';
import type { JsonObject } from '../../shared/json.ts';

/**
 * How an agent serves the Agent Client Protocol on its standard streams, and what is its own in it. All of it is data and a few
 * functions without effects: one entry is what another agent takes.
 */
export interface AcpProgram {
  /** Where the protocol is spoken by another program than the agent's own, which starts it. */
  readonly adapter?: AcpAdapterProgram;
  /** Names of environment variables it may see beyond those of the agent. */
  readonly variables?: readonly string[];
  /** Arguments that make it serve the protocol, with those that belong to the settings. */
  arguments(settings: AcpSettings): readonly string[];
  /** Set in its environment, whatever the user's says. */
  environment?(settings: AcpSettings): Readonly<Record<string, string>>;
  /** What goes along with the request for a fresh session (`_meta`). */
  sessionMeta?(settings: AcpSettings): JsonObject;
  /** Ids of its session modes. Absent: it asks for everything, or is told by arguments or environment. */
  readonly modes?: Readonly<Partial<Record<Permissions, string | undefined>>>;
  /** It takes the model as an argument; others are told within the session. */
  readonly takesModelArgument?: true;
  /** Which of its reads and writes may go through us; both unless told. Never under `full`. */
  readonly files?: 'write' | 'none';
  /** `false`: the tokens it tells are not those of a turn. */
  readonly reportsUsage?: false;
  /** What it says to its user that is no part of an answer: progress, notes of its own. */
  readonly notes?: RegExp;
  /** Why a turn failed that ended like a good one. */
  failedTurn?(turn: EndedTurn): FailedTurn | undefined;
}

export interface AcpAdapterProgram {
  readonly executable: string;
  /** How to install it, for users that lack it. */
  readonly installHint: string;
  readonly triedVersion: string;
}

/** What the user wants of an agent, as far as its start depends on it. */
export interface AcpSettings {
  readonly permissions: Permissions;
  readonly allowedTools: readonly string[];
  readonly model?: string;
  /** The agent's own program, where an adapter starts it. */
  readonly agentExecutable?: string;
  /** How often the agent itself repeats a request that failed, where it can be told. */
  readonly maxRetries?: number;
  /** The agent runs where it can do no harm. */
  readonly sandboxed: boolean;
}

export interface EndedTurn {
  /** What the agent said since its last call of a tool. */
  readonly text: string;
  /** The last piece of it. */
  readonly lastPiece: string;
  /** Whether that belongs to a message of the model, where the agent tells messages apart. */
  readonly isOfMessage: boolean;
  /** What it answered to `session/prompt`. */
  readonly answer: JsonObject;
}

export interface FailedTurn {
  readonly error: string;
  readonly transient: boolean;
}
