import type { OpenSession } from '../../engine/ports/agent.ts';
import { startConfined, type ConfinedGroup } from '../../shared/process/confined-group.ts';
import type { Confinement, ProgramReach } from '../../shared/process/confinement.ts';

import { endEarlier } from '../end-earlier.ts';

/** An agent's program as one turn starts it. */
export interface AgentProgram {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Standard input, where prompts go: arguments are visible to every user of the machine, and limited. */
  readonly stdin?: string;
  /** It is talked to: `ProcessGroup.stdin` stays open. */
  readonly keepsInput?: boolean;
  /** What stands around it, and what it needs to see and change of the machine all the same. */
  readonly confinement?: Confinement | undefined;
  readonly reach?: ProgramReach;
}

/**
 * Starts a program in a process group of its own. Earlier starts of the same operation are ended first, and the new process is
 * journaled before it runs. `signal` ends the group.
 */
export async function startAgentProcess(
  { executable: command, args, env, stdin, keepsInput, confinement, reach }: AgentProgram,
  { cwd, services }: OpenSession,
  signal: AbortSignal,
): Promise<ConfinedGroup> {
  const operation = await endEarlier(services);
  return startConfined({
    command,
    args,
    cwd,
    env,
    operation,
    signal,
    ...(stdin !== undefined && { stdin }),
    ...(keepsInput !== undefined && { keepsInput }),
    ...(reach && { reach }),
    confinement,
    onStarted: (facts) => services.emit({ type: 'ProcessStarted', ...facts, command: [command, ...args].join(' ') }),
  });
}
