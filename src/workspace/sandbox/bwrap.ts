import type { ProgramLimitsSection, SandboxSection } from '../../contract/config/sandbox.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { ConfinedLine, Confinement, ProgramLine, ProgramReach } from '../../shared/process/confinement.ts';
import { bwrapLine } from './bwrap-line.ts';
import { bwrapMounts } from './bwrap-mounts.ts';
import { limitInExit, limitWords } from './limits.ts';
import { prlimitProblem, tryProgram, type Environment } from './probe.ts';
import { allowedNetwork, noNetwork } from './sandbox-network.ts';

/** Sandboxes of namespaces, by bubblewrap (Linux). */
export function bwrapConfinement(
  settings: Partial<SandboxSection>,
  limits: ProgramLimitsSection,
  env: Environment,
): Confinement {
  let found: Promise<string | undefined> | undefined;
  const problem = (): Promise<string | undefined> => (found ??= problemOf(limits, env));
  return {
    kind: 'bwrap',
    problem,
    async confine(line, reach = {}) {
      const reason = await problem();
      if (reason !== undefined) throw new OrchestraError('SANDBOX_UNAVAILABLE', reason);
      return confine(line, reach, settings, limits);
    },
    limitReached: (exit) => limitInExit(limits, exit),
  };
}

async function confine(
  line: ProgramLine,
  reach: ProgramReach,
  settings: Partial<SandboxSection>,
  limits: ProgramLimitsSection,
): Promise<ConfinedLine> {
  const { network = 'off', allow = [] } = settings;
  const mounts = await bwrapMounts(line, reach, settings);
  const way = network === 'off' && allow.length > 0 ? await allowedNetwork(allow, line.env) : noNetwork;
  const inside = bwrapLine({
    line,
    mounts: [...mounts, ...way.mounts],
    sharesNetwork: network === 'on',
    launcher: [...way.launcher, ...limitWords(limits)],
    env: way.env,
  });
  return { ...inside, refused: () => way.refused(), release: () => way.close() };
}

async function problemOf(limits: ProgramLimitsSection, env: Environment): Promise<string | undefined> {
  if (limits.cpus !== undefined) return '`limits.cpus` is for containers only: it needs the sandbox `docker`';
  const own = await bwrapProblem(env);
  if (own !== undefined || limitWords(limits).length === 0) return own;
  if (limits.processes !== undefined && process.getuid?.() === 0)
    return 'the system holds no process of root to `limits.processes`; it needs `docker`, or another user';
  return prlimitProblem(env);
}

/** What every sandbox of ours takes, tried. */
const trial = ['--unshare-user-try', '--unshare-pid', '--unshare-net', '--cap-drop', 'ALL', '--ro-bind', '/', '/'];

/** Why bubblewrap cannot be used here, and what to do about it; undefined where it can. */
export async function bwrapProblem({ PATH }: Environment): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'bubblewrap is a program for Linux';
  const version = await tryProgram('bwrap', ['--version'], { PATH });
  if (!version.ok) return `bubblewrap cannot be run (${version.reason}): install the package \`bubblewrap\``;
  const reset = await tryProgram('env', ['--default-signal=TERM', 'true'], { PATH });
  if (!reset.ok) return `\`env\` of GNU coreutils 8.31 or newer is needed inside the sandbox (${reset.reason})`;
  const ran = await tryProgram('bwrap', [...trial, '--proc', '/proc', '--dev', '/dev', 'true'], { PATH });
  if (ran.ok) return undefined;
  return `bubblewrap may not make namespaces here (${ran.reason}): see the sysctls kernel.unprivileged_userns_clone, user.max_user_namespaces and kernel.apparmor_restrict_unprivileged_userns, or, inside a container, its security options`;
}
