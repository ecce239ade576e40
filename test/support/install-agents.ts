import { installAgent } from './agent-install.ts';
import { realAcpAgents } from './real-acp-agents.ts';
import { realAgents } from './real-agents.ts';

/** Before the files that use them: two that install the same agent at the same time would fetch it twice. */
export function setup(): void {
  const all = process.env['ORCHESTRA_TEST_AGENTS'] === 'all';
  const wanted = [...realAgents, ...realAcpAgents].filter(({ suite }) => suite === 'ci' || all);
  // Whoever uses an agent that could not be installed says so.
  for (const agent of wanted) installAgent(agent.package);
}
