import { bwrapProblem } from './bwrap.ts';
import { engineProblem } from './container.ts';
import { prlimitProblem, type Environment } from './probe.ts';

/** Whether a means of isolation can be used on this machine, for `orchestra doctor`. */
export interface SandboxReport {
  readonly name: 'bwrap' | 'docker' | 'podman' | 'limits';
  /** Why not; absent where it can. */
  readonly problem?: string;
}

/** Tries each of them; starts no container. */
export async function inspectSandboxes(env: Environment): Promise<readonly SandboxReport[]> {
  const trials = {
    bwrap: bwrapProblem(env),
    docker: engineProblem('docker', env),
    podman: engineProblem('podman', env),
    limits: prlimitProblem(env),
  };
  return Promise.all(
    (Object.keys(trials) as SandboxReport['name'][]).map(async (name) => {
      const problem = await trials[name];
      return { name, ...(problem !== undefined && { problem }) };
    }),
  );
}
