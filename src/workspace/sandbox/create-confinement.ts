import type { ProgramLimitsSection, SandboxSection } from '../../contract/config/sandbox.ts';
import { assertNever } from '../../shared/errors.ts';
import type { Confinement } from '../../shared/process/confinement.ts';
import { bwrapConfinement } from './bwrap.ts';
import { containerConfinement } from './container.ts';
import type { Environment } from './probe.ts';
import { unconfined } from './unconfined.ts';

export interface ConfinementSettings {
  readonly sandbox?: SandboxSection | undefined;
  readonly limits?: ProgramLimitsSection | undefined;
  /** The environment of Orchestra: its PATH, and where an engine for containers is told how to be reached. */
  readonly env: Environment;
}

/** What the configuration puts around a program; undefined where that is nothing at all. */
export function createConfinement({ sandbox, limits = {}, env }: ConfinementSettings): Confinement | undefined {
  const kind = sandbox?.kind ?? 'none';
  switch (kind) {
    case 'none':
      return Object.keys(limits).length === 0 ? undefined : unconfined(limits, env);
    case 'bwrap':
      return bwrapConfinement(sandbox ?? {}, limits, env);
    case 'docker':
      return containerConfinement(sandbox ?? {}, limits, env);
    default:
      return assertNever(kind);
  }
}
