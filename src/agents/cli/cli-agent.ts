import type { Usage } from '../../contract/outcome.ts';
import type { OpenSession, Permissions } from '../../engine/ports/agent.ts';
import type { Confinement } from '../../shared/process/confinement.ts';
import type { AcpProgram } from '../acp/acp-program.ts';
import type { TranscriptReader } from './cli-turn.ts';

/** How one command-line agent is to be used here. */
export interface CliAgentOptions {
  /** A name on PATH or a path; the agent's own name unless told. */
  readonly executable?: string;
  /** The environment of Orchestra; the agent sees the allow-listed part of it. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** Names of variables it may see beyond its own, for example `AWS_*`. */
  readonly allowEnv?: readonly string[];
  readonly permissions?: Permissions;
  /** Permission rules in the agent's own form, for example `Bash(npm test:*)`; only for agents that know such rules. */
  readonly allowedTools?: readonly string[];
  /** How often the agent itself repeats a request that failed, where it can be told. */
  readonly maxRetries?: number;
  /** The agent runs where it can do no harm. */
  readonly sandboxed?: boolean;
  /** What stands between it and the machine; nothing unless told. */
  readonly confinement?: Confinement;
}

/** The agent's session a turn belongs to. */
export type SessionReference =
  /** None yet. `id` is the one it shall get, for agents that take one. */
  { readonly kind: 'fresh'; readonly id?: string } | { readonly kind: 'known'; readonly id: string };

/** Everything one turn is started from. */
export interface TurnRequest {
  readonly prompt: string;
  readonly session: SessionReference;
  readonly request: OpenSession;
  readonly options: CliAgentOptions;
}

/** How a turn is started. */
export interface CommandLine {
  readonly args: readonly string[];
  /** Set in the agent's environment, whatever the user's says. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input, where prompts go: arguments are visible to every user of the machine, and limited. Closed when absent. */
  readonly stdin?: string;
}

export interface TranscriptContext {
  readonly cwd: string;
  readonly resumed: boolean;
  /** The id of the session, where it is known before the turn. */
  readonly sessionId?: string;
  /** What the session had used before this turn, as `spentBefore` tells. */
  readonly spentBefore?: Usage;
}

/**
 * One command-line agent, as facts and what its turns need: the same small set of files in each folder beside this one
 * (`agent`, `turns`, `command-line`, `event-parser`, `failure-map`, recorded transcripts), which is all that is needed to add another.
 */
export interface CliAgent {
  /** Stable: it stands in pipelines and journals. */
  readonly id: string;
  /** Other words by which users call it. */
  readonly aliases?: readonly string[];
  /** As its makers write it, for messages. */
  readonly name: string;
  /** Whose models it works with, where that is one provider; decides what a tier means to it. */
  readonly provider?: string;
  /** The program, as it is looked for on the PATH. */
  readonly executable: string;
  /** How to install it and sign in, for users that lack it. */
  readonly installHint: string;
  /** The version that all of this was tried with; absent where nobody could try it. */
  readonly triedVersion?: string;
  /** Names of environment variables that are the user's settings of this agent; a trailing `*` stands for any ending. */
  readonly variables: readonly string[];
  /** Where a sign-in shows without a session: variables that hold a key, files below HOME. */
  readonly signIn: SignInTraces;
  /** What it keeps of itself: a sandbox shows it that much of HOME, changeable. */
  readonly state: AgentState;
  /** Runs `tool_hooks` around each of its tool calls (9.7). */
  readonly runsToolHooks?: true;
  /** `false`: it does not tell what a turn used, so budgets do not see it. */
  readonly reportsUsage?: false;
  /**
   * It is silent until its turn is over: calls of tools are not told at all, and its session is known only then, so that a
   * turn cut off before cannot be continued.
   */
  readonly tellsOnlyItsEnd?: true;
  /** `false`: it tells of calls of tools, but not what came of them. */
  readonly tellsToolResults?: false;
  /** `false`: a request that failed for a passing reason ends its turn; only the node's retry policy tries again. */
  readonly repeatsRequests?: false;
  /** The id a fresh session shall get; absent where the agent chooses it itself. */
  readonly freshSessionId?: (derived: string) => string;
  /** How it serves the Agent Client Protocol, where it does. */
  readonly acp?: AcpProgram;
  /** Loaded when it is first asked something: most runs use one or two of the agents. */
  turns(): Promise<AgentTurns>;
}

/** What starts the turns of one agent, and understands what it prints. */
export interface AgentTurns {
  /**
   * A line of text as it prints them. It is read while the program starts, and nobody is told of it: the first line of a kind
   * takes some milliseconds to be understood, which a first word need not wait for.
   */
  readonly sampleLine?: string;
  commandLine(turn: TurnRequest): CommandLine;
  /** What a session has used so far, for agents that report only totals of their sessions; undefined where it cannot be known. */
  spentBefore?(sessionId: string, env: Readonly<Record<string, string>>): Promise<Usage | undefined>;
  transcript(context: TranscriptContext): TranscriptReader;
}

export interface SignInTraces {
  readonly variables: readonly string[];
  readonly files: readonly string[];
}

export interface AgentState {
  /** Below HOME. */
  readonly folders: readonly string[];
  /** Below HOME, beside its folders. */
  readonly files?: readonly string[];
  /** Those of `variables` that name a folder it uses instead. */
  readonly variables?: readonly string[];
}
