import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { run } from '../../src/index.ts';
import { linearPipeline } from '../measuring/pipelines.ts';
import { report, request } from '../measuring/report.ts';
import { installStub, replayingAgent } from '../measuring/stub-agents.ts';

export interface AgentOverheadRequest {
  readonly folder: string;
  readonly rounds: number;
  /** How long the agent takes by itself. */
  readonly seconds: number;
}

export interface AgentOverhead {
  /** One after the other, in turns. */
  readonly pairs: readonly { readonly byHandMs: number; readonly throughMs: number }[];
}

const { folder, rounds, seconds } = request<AgentOverheadRequest>();
const env = installStub(folder, replayingAgent(seconds));
const source = { path: join(folder, 'one.dot'), text: linearPipeline(1) };
await through();
await byHand();
const pairs: { readonly byHandMs: number; readonly throughMs: number }[] = [];
for (let round = 0; round < rounds; round += 1) pairs.push({ byHandMs: await byHand(), throughMs: await through() });
report({ pairs } satisfies AgentOverhead);

/** From the start of the program to the end of all it says. */
async function byHand(): Promise<number> {
  const began = performance.now();
  const child = spawn('claude', ['--print'], { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end('Do the work');
  child.stdout.resume();
  await once(child, 'close');
  return performance.now() - began;
}

/** From opening the project to the answer that the run has ended, its directory written. */
async function through(): Promise<number> {
  const began = performance.now();
  const { result } = await run(source, { cwd: folder, env, backend: 'claude-code' });
  const { status } = await result;
  if (status !== 'success') throw new Error(`the run came to ${status}`);
  return performance.now() - began;
}
