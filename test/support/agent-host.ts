import { createAcpAdapter } from '../../src/agents/acp/acp-adapter.ts';
import { acpAgentOf } from '../../src/agents/acp/acp-agent.ts';
import { cliAgents } from '../../src/agents/cli/all-agents.ts';
import { createCliAdapter } from '../../src/agents/cli/cli-adapter.ts';
import type { CliAgentOptions } from '../../src/agents/cli/cli-agent.ts';
import type { OpenSession } from '../../src/engine/ports/agent.ts';
import type { StepEvent } from '../../src/contract/event.ts';
import { stepCall, stepServices } from './step-fixture.ts';

/** What a host process is told, as JSON in its only argument. */
export interface HostOrder {
  readonly agent: string;
  /** Talked to over the Agent Client Protocol. */
  readonly overProtocol?: boolean;
  readonly options: Partial<CliAgentOptions>;
  readonly folder: string;
  readonly runId: string;
  readonly prompt: string;
  readonly resume?: string;
  readonly earlier: readonly StepEvent[];
}

// A process that drives one turn of an agent, to be killed in the middle of it. Its environment is the agent's; every
// event becomes a line of JSON on standard output.
const order = JSON.parse(process.argv[2] ?? '') as HostOrder;
const print = (event: unknown): void => void process.stdout.write(`${JSON.stringify(event)}\n`);
const agent = cliAgents.find(({ id }) => id === order.agent);
if (!agent) throw new Error(`there is no agent ${order.agent}`);
const acp = order.overProtocol === true ? acpAgentOf(agent) : undefined;
const options = { baseEnv: process.env, ...order.options };
const adapter = acp ? createAcpAdapter(acp, options) : createCliAdapter(agent, options);
const services = stepServices({ runId: order.runId, left: order.earlier, emit: async (event) => print(event) });
const request: OpenSession = {
  sessionId: `${order.runId}/work#1`,
  ...(order.resume !== undefined && { resume: order.resume }),
  cwd: order.folder,
  env: {},
  call: stepCall(),
  services,
};
const session = await adapter.open(request);
for await (const event of session.prompt(order.prompt, new AbortController().signal)) print(event);
