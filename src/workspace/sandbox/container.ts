import type { ProgramLimitsSection, SandboxSection } from '../../contract/config/sandbox.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { Confinement } from '../../shared/process/confinement.ts';
import { containerLine, containerName, type ContainerEngine } from './container-line.ts';
import { containerLimitInExit } from './limits.ts';
import { kindOf } from './paths.ts';
import { tryProgram, type Environment } from './probe.ts';

/** What an engine's own program may need to find its server and its settings. */
const engineVariables = [
  'PATH',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'DOCKER_CERT_PATH',
  'DOCKER_TLS_VERIFY',
  'CONTAINER_HOST',
  'XDG_RUNTIME_DIR',
];

/** Sandboxes that are containers of Docker or Podman. The program is that of the image. */
export function containerConfinement(
  settings: Partial<SandboxSection>,
  limits: ProgramLimitsSection,
  env: Environment,
): Confinement {
  const engineEnv = Object.fromEntries(
    engineVariables.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const])),
  );
  let found: Promise<EngineSearch> | undefined;
  const search = (): Promise<EngineSearch> => (found ??= findEngine(settings, { HOME: env['HOME'], ...engineEnv }));
  const problem = async (): Promise<string | undefined> => misuse(settings) ?? (await search()).problem;
  return {
    kind: 'docker',
    problem,
    async confine(line, reach = {}) {
      const reason = await problem();
      const { engine } = await search();
      const { image } = settings;
      if (reason !== undefined || engine === undefined || image === undefined)
        throw new OrchestraError('SANDBOX_UNAVAILABLE', reason ?? 'there is no engine for containers');
      const states = await Promise.all((reach.state ?? []).map(({ path }) => kindOf(path)));
      // An engine refuses to show what is not there.
      const state = (reach.state ?? []).filter((_, index) => states[index] !== undefined);
      const [uid, gid] = [process.getuid?.(), process.getgid?.()];
      const inside = containerLine({
        ...{ engine, image, name: containerName(), line, reach: { ...reach, state }, settings, limits, engineEnv },
        ...(uid !== undefined && gid !== undefined && { user: { uid, gid } }),
      });
      return { ...inside, refused: () => [], release: async () => undefined };
    },
    limitReached: (exit) => containerLimitInExit(limits, exit),
  };
}

/** What is asked of a container that it cannot do: to be told, not left out. */
function misuse({ image, allow, hidden }: Partial<SandboxSection>): string | undefined {
  if (image === undefined) return 'a sandbox of kind `docker` needs an `image` in which the program is installed';
  if (allow !== undefined)
    return 'in containers there is no list of allowed hosts: say `network: on`, or use `bwrap`, which can `allow` some';
  if (hidden !== undefined) return 'in containers nothing of the working folder can be `hidden`; `bwrap` can';
  return undefined;
}

interface EngineSearch {
  readonly engine?: ContainerEngine;
  readonly problem?: string;
}

async function findEngine({ engine }: Partial<SandboxSection>, env: Environment): Promise<EngineSearch> {
  const reasons: string[] = [];
  for (const candidate of engine === undefined ? (['docker', 'podman'] as const) : [engine]) {
    const reason = await engineProblem(candidate, env);
    if (reason === undefined) return { engine: candidate };
    reasons.push(reason);
  }
  return { problem: `no engine for containers can be used: ${reasons.join('; ')}` };
}

/** Why an engine cannot be used here; undefined where it can. */
export async function engineProblem(engine: ContainerEngine, env: Environment): Promise<string | undefined> {
  const format = engine === 'docker' ? '{{.Server.Version}}' : '{{.Client.Version}}';
  const trial = await tryProgram(engine, ['version', '--format', format], env);
  return trial.ok ? undefined : trial.reason;
}
