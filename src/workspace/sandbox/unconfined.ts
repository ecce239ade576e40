import type { ProgramLimitsSection } from '../../contract/config/sandbox.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { Confinement } from '../../shared/process/confinement.ts';
import { limitInExit, limitWords } from './limits.ts';
import { prlimitProblem, type Environment } from './probe.ts';

/** Limits without a sandbox. */
export function unconfined(limits: ProgramLimitsSection, env: Environment): Confinement {
  const [launcher, ...words] = limitWords(limits);
  const problem = async (): Promise<string | undefined> => {
    if (limits.cpus !== undefined) return '`limits.cpus` is for containers only: it needs the sandbox `docker`';
    if (limits.processes !== undefined)
      return 'without a sandbox, `limits.processes` would count all the processes you have; it needs `bwrap` or `docker`';
    return launcher === undefined ? undefined : prlimitProblem(env);
  };
  return {
    kind: 'none',
    problem,
    async confine(line) {
      const reason = await problem();
      if (reason !== undefined) throw new OrchestraError('SANDBOX_UNAVAILABLE', reason);
      const { command, args } = line;
      const limited =
        launcher === undefined ? line : { ...line, command: launcher, args: [...words, command, ...args] };
      return { ...limited, refused: () => [], release: async () => undefined };
    },
    limitReached: (exit) => limitInExit(limits, exit),
  };
}
