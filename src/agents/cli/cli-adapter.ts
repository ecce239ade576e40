import type { AgentAdapter, AgentDetection } from '../../engine/ports/agent.ts';
import { environmentOf } from './agent-environment.ts';
import type { CliAgent, CliAgentOptions } from './cli-agent.ts';

/**
 * A command-line agent behind the Agent port: one process for each prompt, all turns in one session of the agent's own,
 * which is continued from the same folder and HOME.
 */
export function createCliAdapter(agent: CliAgent, options: CliAgentOptions): AgentAdapter {
  return {
    specVersion: 'agent-v1',
    id: agent.id,
    ...(agent.runsToolHooks && { toolHooks: 'run' }),
    detect: () => detect(agent, options),
    async open(request) {
      const [{ CliSession }, turns] = await Promise.all([import('./cli-session.ts'), agent.turns()]);
      return new CliSession({ agent, turns, options, request });
    },
  };
}

/** Whether the agent is installed; whether it is signed in shows only when it is asked something. */
async function detect(agent: CliAgent, options: CliAgentOptions): Promise<AgentDetection> {
  const { detectExecutable } = await import('./executable.ts');
  return detectExecutable({
    confinement: options.confinement,
    executable: options.executable ?? agent.executable,
    env: environmentOf(agent, options, {}),
    installHint: agent.installHint,
  });
}
