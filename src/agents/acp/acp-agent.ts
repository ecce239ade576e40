import type { CliAgent } from '../cli/cli-agent.ts';
import type { AcpProgram } from './acp-program.ts';

/** One agent that speaks the Agent Client Protocol, whoever serves it. */
export interface AcpAgent {
  /** Stable: it stands in pipelines and journals. */
  readonly id: string;
  /** As its makers write it, for messages. */
  readonly name: string;
  /** The program that serves the protocol: a name on the PATH, or a path. */
  readonly executable: string;
  readonly installHint: string;
  /** Names of environment variables it may see; a trailing `*` stands for any ending. */
  readonly variables: readonly string[];
  /** What it keeps on the machine, which it needs inside a sandbox as well. */
  readonly state: CliAgent['state'];
  readonly program: AcpProgram;
}

/** The agent as one that speaks the protocol; undefined where it does not. */
export function acpAgentOf(agent: CliAgent): AcpAgent | undefined {
  const { id, name, executable, installHint, variables, state, acp } = agent;
  if (!acp) return undefined;
  return {
    id,
    name,
    executable: acp.adapter?.executable ?? executable,
    installHint: acp.adapter?.installHint ?? installHint,
    variables: [...variables, ...(acp.variables ?? [])],
    state,
    program: acp,
  };
}

/** An agent that only the user knows: a driver entry `type: acp`. */
export interface AcpDriver {
  readonly id: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Ids of its session modes, where the user knows them. */
  readonly modes?: AcpProgram['modes'];
}

/** As it is configured; nothing is known of its ways but the protocol. */
export function acpAgentOfDriver({ id, command: [executable, ...words], modes }: AcpDriver): AcpAgent {
  return {
    id,
    name: id,
    executable,
    installHint: `Check the command of "${id}" in orchestra.yaml.`,
    variables: [],
    state: { folders: [] },
    program: { arguments: () => words, ...(modes && { modes }) },
  };
}
