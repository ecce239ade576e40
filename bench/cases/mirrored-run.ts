import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Orchestra } from '../../src/app/orchestra.ts';
import { compile } from '../../src/index.ts';
import { armFailpoint } from '../../src/shared/failpoint.ts';
import { linearPipeline } from '../measuring/pipelines.ts';
import { largestMemoryMb, report, request } from '../measuring/report.ts';

export interface MirroredRunRequest {
  readonly nodes: number;
  /** Empty; the project goes here. */
  readonly folder: string;
  readonly isMirrored: boolean;
}

export interface MirroredRun {
  /** From the request to the answer that the run has ended. */
  readonly walkMs: number;
  /** From then until the server has acknowledged everything. */
  readonly flushMs: number;
  readonly turns: number;
  readonly commits: number;
  readonly largestMemoryMb: number;
}

const asked = request<MirroredRunRequest>();
const notices: string[] = [];
let commits = 0;
armFailpoint('journal:after-commit', () => (commits += 1));
if (asked.isMirrored)
  writeFileSync(join(asked.folder, 'orchestra.yaml'), JSON.stringify({ cxdb: await startServer() }));
await run(20);
report(await run(asked.nodes));

/** A server in a process of its own: its work is none of Orchestra's. */
async function startServer(): Promise<object> {
  const path = join(import.meta.dirname, 'cxdb-server.ts');
  const server = spawn(process.execPath, [path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const { url, binaryPort } = JSON.parse(line.toString()) as { readonly url: string; readonly binaryPort: number };
  return { url, binary_port: binaryPort, flush: '10m' };
}

async function run(nodes: number): Promise<MirroredRun> {
  const orchestra = await Orchestra.open({ cwd: asked.folder, env: {}, onNotice: (text) => notices.push(text) });
  const file = join(asked.folder, `linear-${nodes}.dot`);
  const compilation = await compile({ path: file, text: linearPipeline(nodes) });
  commits = 0;
  const began = performance.now();
  const { session } = await orchestra.start({ file, compilation, cwd: asked.folder, backend: 'simulation' });
  const { state } = await session.done;
  const ended = performance.now();
  const walked = commits;
  const turns = (await Array.fromAsync(orchestra.journal.tail(session.runId, 0))).length;
  const closing = performance.now();
  await orchestra.close();
  if (state !== 'completed' || notices.length > 0) throw new Error(`the run is ${state}: ${notices.join(', ')}`);
  return {
    walkMs: ended - began,
    flushMs: performance.now() - closing,
    turns,
    commits: walked,
    largestMemoryMb: largestMemoryMb(),
  };
}
