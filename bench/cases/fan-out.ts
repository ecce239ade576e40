import { join } from 'node:path';
import { run } from '../../src/index.ts';
import { observedSimulation } from '../measuring/agents.ts';
import { fanOutPipeline } from '../measuring/pipelines.ts';
import { report, request } from '../measuring/report.ts';

export interface FanOutRequest {
  readonly branches: number;
  readonly folder: string;
}

export interface FanOut {
  /** From the answer of the node before the fan-out to the last branch whose agent was asked. */
  readonly allStartedMs: number;
  /** From the first branch to the last. */
  readonly spreadMs: number;
}

const { branches, folder } = request<FanOutRequest>();
await fanOut(Math.min(10, branches));
report(await fanOut(branches));

/** No branch ends before all have begun: otherwise fewer would do at a time. */
async function fanOut(count: number): Promise<FanOut> {
  let before = Number.NaN;
  const started: number[] = [];
  const all = Promise.withResolvers<void>();
  const backend = observedSimulation('observed', async ({ call }) => {
    const now = performance.now();
    if (!call.nodeId.startsWith('branch')) before = now;
    else if (started.push(now) === count) all.resolve();
    if (call.nodeId.startsWith('branch')) await all.promise;
  });
  const source = { path: join(folder, `fan-out-${count}.dot`), text: fanOutPipeline(count) };
  const { result } = await run(source, {
    cwd: folder,
    env: {},
    backend: 'observed',
    extensions: { backends: { observed: backend } },
  });
  const { status } = await result;
  if (status !== 'success') throw new Error(`the run came to ${status}`);
  const [first = Number.NaN] = started;
  const last = started.at(-1) ?? Number.NaN;
  return { allStartedMs: last - before, spreadMs: last - first };
}
