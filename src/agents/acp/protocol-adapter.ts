import type { AgentProtocol } from '../../contract/config/acp.ts';
import type { AgentAdapter } from '../../engine/ports/agent.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { createCliAdapter } from '../cli/cli-adapter.ts';
import type { CliAgent, CliAgentOptions } from '../cli/cli-agent.ts';
import { createAcpAdapter, type AcpAgentOptions } from './acp-adapter.ts';
import { acpAgentOf } from './acp-agent.ts';
import { createAutoAdapter } from './auto-adapter.ts';
import type { AnswerPermission } from './permission-question.ts';

export interface ProtocolOptions extends CliAgentOptions {
  /** The program that serves the protocol where that is an adapter: a name on the PATH, or a path. */
  readonly adapterExecutable?: string;
  /** Answers what the agent asks over the protocol. */
  readonly answer?: AnswerPermission;
}

/**
 * An agent that Orchestra knows, talked to as the user wants it.
 * @throws OrchestraError CONFIG_INVALID for `acp` where the agent does not speak it
 */
export function createProtocolAdapter(
  agent: CliAgent,
  protocol: AgentProtocol,
  options: ProtocolOptions,
): AgentAdapter {
  const headless = createCliAdapter(agent, options);
  const overProtocol = acpAgentOf(agent);
  if (protocol === 'headless' || (protocol === 'auto' && !overProtocol)) return headless;
  if (!overProtocol)
    throw new OrchestraError('CONFIG_INVALID', `${agent.name} does not speak the Agent Client Protocol`, {
      hint: `Remove \`protocol: acp\` of ${agent.id}, or write \`auto\`.`,
    });
  const acpOptions = agent.acp?.adapter ? optionsOfAdapter(options) : options;
  if (protocol === 'acp') return createAcpAdapter(overProtocol, acpOptions);
  return createAutoAdapter({ agent: overProtocol, options: acpOptions, headless });
}

/** The program that the user names is the agent's own, which its adapter starts. */
function optionsOfAdapter({ executable, adapterExecutable, ...options }: ProtocolOptions): AcpAgentOptions {
  return {
    ...options,
    ...(adapterExecutable !== undefined && { executable: adapterExecutable }),
    ...(executable !== undefined && { agentExecutable: executable }),
  };
}
