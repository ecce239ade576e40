import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAcpAdapter } from '../../src/agents/acp/acp-adapter.ts';
import { acpAgentOf } from '../../src/agents/acp/acp-agent.ts';
import { createCliAdapter } from '../../src/agents/cli/cli-adapter.ts';
import { agentTestEnvironment } from './agent-environment.ts';
import { startModelServer } from './model-server.ts';
import { realAgents } from './real-agents.ts';
import { stepCall, stepServices } from './step-fixture.ts';

// One turn of a real agent and of the model behind it, in a process that is to be started where there is no network but
// loopback. Prints the result of the turn and the interfaces there were. A third argument, variables as JSON, has it talked to
// over the Agent Client Protocol.
const [id, executable = '', serves] = process.argv.slice(2);
const real = realAgents.find(({ agent }) => agent.id === id);
if (!real) throw new Error(`there is no agent ${id}`);
const root = mkdtempSync(join(tmpdir(), 'agent-alone-'));
const [home, folder] = [join(root, 'home'), join(root, 'work')];
for (const path of [home, folder]) mkdirSync(path);
const server = await startModelServer();
server.mock.on({ userMessage: /TASK-ALONE/ }, { content: 'nobody else is there' });
const gateway = await real.startGateway?.(server.url);
const { url: modelUrl } = gateway ?? server;
const own = { ...real.prepare(home, modelUrl), ...(JSON.parse(serves ?? '{}') as Record<string, string>) };
const options = { executable, baseEnv: agentTestEnvironment({ home, modelUrl, own }), ...real.unlimited };
const acp = serves === undefined ? undefined : acpAgentOf(real.agent);
const adapter = acp ? createAcpAdapter(acp, options) : createCliAdapter(real.agent, options);
const services = stepServices();
const session = await adapter.open({ sessionId: 'alone', cwd: folder, env: {}, call: stepCall(), services });
for await (const event of session.prompt('TASK-ALONE', new AbortController().signal)) {
  if (event.type === 'result')
    process.stdout.write(JSON.stringify({ result: event, interfaces: Object.keys(networkInterfaces()) }));
}
await gateway?.stop();
await server.stop();
rmSync(root, { recursive: true });
