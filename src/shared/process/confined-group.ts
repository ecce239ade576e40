import type { Confinement, ProgramReach } from './confinement.ts';
import { startGroup, type GroupExit, type GroupStart, type ProcessGroup } from './process-group.ts';

export interface ConfinedStart extends GroupStart {
  /** What stands around the program; nothing unless told. */
  readonly confinement?: Confinement | undefined;
  readonly reach?: ProgramReach;
}

export interface ConfinedGroup extends ProcessGroup {
  /** `host:port` of everybody it has asked for so far and may not reach. */
  refused(): readonly string[];
  /** The limit that ended it, in words, where that can be known. */
  limitReached(exit: GroupExit): string | undefined;
}

/** Starts a program as `startGroup` does, inside its sandbox where there is one, which goes when the program has ended. */
export async function startConfined({ confinement, reach, ...start }: ConfinedStart): Promise<ConfinedGroup> {
  if (!confinement) return { ...(await startGroup(start)), refused: () => [], limitReached: () => undefined };
  const { args = [] } = start;
  const { release, refused, ...line } = await confinement.confine({ ...start, args }, reach);
  let group: ProcessGroup;
  try {
    group = await startGroup({ ...start, ...line });
  } catch (error) {
    await release();
    throw error;
  }
  const exited = group.exited.finally(release);
  return {
    ...group,
    exited,
    end: () => {
      void group.end();
      return exited;
    },
    refused,
    limitReached: (exit) => confinement.limitReached(exit),
  };
}
