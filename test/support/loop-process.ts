import { appendFileSync } from 'node:fs';
import { createLoopAdapter } from '../../src/agents/llm/loop.ts';
import { Orchestra } from '../../src/app/orchestra.ts';
import { recalledConversations } from '../../src/app/recalled-conversations.ts';
import { resultLineOf } from '../../src/contract/result-line.ts';
import { finalStates } from '../../src/contract/run.ts';
import { compile } from '../../src/index.ts';
import { providersAt, tool, toolboxOf } from './llm-backends.ts';

/**
 * A process that runs or resumes a pipeline of one node on the loop backend, and writes a line for every effect of a tool.
 * The tool `note` never comes back where it is asked to note `wait` and HANG is set.
 * `node loop-process.ts FOLDER MODEL_URL EFFECTS`
 */
const [folder = '', url = '', effects = ''] = process.argv.slice(2);

const note = tool(
  'note',
  async (path, { key }) => {
    appendFileSync(effects, `${path} ${key}\n`);
    if (path === 'wait' && process.env['HANG']) await new Promise(() => setInterval(() => undefined, 60_000));
    return { text: `noted ${path}`, isError: false };
  },
  'write',
);

const loop = createLoopAdapter({
  providers: providersAt(url, 'anthropic'),
  // What the project keeps is known once it is open, and a session opens after that.
  conversations: {
    recall: (...session) => conversations.recall(...session),
    join: (...session) => conversations.join(...session),
  },
  toolboxFor: async () => toolboxOf(note),
  isOffline: async () => false,
  baseEnv: process.env,
});

const orchestra = await Orchestra.open({ cwd: folder, env: process.env, extensions: { backends: { loop } } });
const conversations = recalledConversations(orchestra.journal);

async function walk(): Promise<void> {
  const [begun] = await orchestra.runs();
  if (begun && finalStates.has(begun.state)) return;
  await (begun ? await orchestra.resume(begun.id) : await begin()).done;
}

async function begin(): ReturnType<Orchestra['resume']> {
  const text =
    'digraph G { start [shape=Mdiamond]; work [prompt="TASK"]; exit [shape=Msquare]; start -> work -> exit }';
  const compilation = await compile({ path: 'loop.dot', text });
  return (await orchestra.start({ file: 'loop.dot', compilation, backend: 'loop', cwd: folder })).session;
}

await walk();
const [row] = await orchestra.runs();
process.stdout.write(`${JSON.stringify(row && resultLineOf(await orchestra.view(row)))}\n`);
await orchestra.close();
