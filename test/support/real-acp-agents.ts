import type { AgentPackage } from './agent-install.ts';
import { realAgents, type RealAgent } from './real-agents.ts';

/** A real agent over the Agent Client Protocol, and what is its own in it. */
export interface RealAcpAgent {
  /** How it is prepared and scripted, whichever way it is talked to. */
  readonly real: RealAgent;
  /** What serves the protocol. */
  readonly package: AgentPackage;
  readonly suite: 'ci' | 'agents';
  /** Where an adapter serves it: makes it use the installed agent instead of a copy of its own. */
  readonly serves?: (agent: string) => Record<string, string>;
  readonly reportsUsage: boolean;
  /** It tells what its commands printed. */
  readonly tellsToolOutput: boolean;
  /** It asks before it runs a command; else it is told by arguments what it may do. */
  readonly asks: boolean;
  readonly repeatsRequests?: false;
  /** A session is lost within the minute it began in. */
  readonly losesYoungSessions?: true;
}

function realAgent(id: string): RealAgent {
  const real = realAgents.find(({ agent }) => agent.id === id);
  if (!real) throw new Error(`there is no agent ${id}`);
  return real;
}

/** One that serves the protocol itself. */
function native(id: string, more: Pick<RealAcpAgent, 'reportsUsage' | 'tellsToolOutput' | 'asks'>): RealAcpAgent {
  const real = realAgent(id);
  return { real, package: real.package, suite: 'agents', ...more };
}

/** One whose adapter serves it; the copies of agents that adapters bring along stay away. */
function adapted(id: string, name: string, variable: string): Omit<RealAcpAgent, 'asks'> {
  const real = realAgent(id);
  const { executable, triedVersion: version } = real.agent.acp?.adapter ?? {};
  const program = `node_modules/.bin/${executable}`;
  return {
    real,
    package: { name, version, program, omitsOptional: true },
    suite: 'ci',
    serves: (agent) => ({ [variable]: agent }),
    reportsUsage: true,
    tellsToolOutput: true,
  };
}

export const realAcpAgents: readonly RealAcpAgent[] = [
  { ...adapted('claude-code', '@agentclientprotocol/claude-agent-acp', 'CLAUDE_CODE_EXECUTABLE'), asks: true },
  { ...adapted('codex', '@agentclientprotocol/codex-acp', 'CODEX_PATH'), asks: false },
  { ...native('gemini', { reportsUsage: true, tellsToolOutput: false, asks: true }), losesYoungSessions: true },
  native('opencode', { reportsUsage: false, tellsToolOutput: true, asks: false }),
  native('qwen', { reportsUsage: true, tellsToolOutput: true, asks: false }),
  native('copilot', { reportsUsage: true, tellsToolOutput: true, asks: false }),
  native('kilocode', { reportsUsage: false, tellsToolOutput: true, asks: false }),
  native('augment', { reportsUsage: false, tellsToolOutput: true, asks: false }),
];
