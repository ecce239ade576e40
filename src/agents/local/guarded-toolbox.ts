import type { OpenSession } from '../../engine/ports/agent.ts';
import type { Toolbox } from '../tools/tool.ts';

/** A toolbox with the conditions under which what was done with it can be taken. */
export interface GuardedToolbox {
  readonly toolbox: Toolbox;
  /** Why the work cannot be taken; undefined where it can. */
  verify(signal: AbortSignal): Promise<string | undefined>;
}

/** Where and for whom tools work. */
export interface SessionPlace {
  readonly request: OpenSession;
  /** The environment of Orchestra; programs see the allow-listed part of it. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
}
