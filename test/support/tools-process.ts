import { join } from 'node:path';
import { mcpServersSection } from '../../src/contract/config/tools.ts';
import { toolsFrom } from '../../src/agents/tools/tools-from.ts';
import { stepCall, stepServices } from './step-fixture.ts';

// A process to kill, for tests: its tools run a server and a command that never ends. Prints the pid of each. Argument: a folder.
const cwd = process.argv[2] ?? '.';
const command = process.execPath;
const servers = mcpServersSection.parse({ it: { command, args: [join(import.meta.dirname, 'mcp-program.ts')] } });
const services = stepServices({
  cwd,
  emit: async (event) => {
    if (event.type === 'ProcessStarted') process.stdout.write(`${event.pid}\n`);
  },
});
const sources = toolsFrom({ servers, baseEnv: process.env, permissions: 'full', keep: async (text) => text });
const toolbox = await sources.open({ sessionId: 's', cwd, env: {}, call: stepCall(), services });
await toolbox.call('shell', { command: 'sleep 1000' }, { cwd, env: {}, key: 'a', signal: services.signal });
