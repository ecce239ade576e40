import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/index.ts';
import { fanOutPipeline } from '../measuring/pipelines.ts';
import { report, request } from '../measuring/report.ts';
import { installStub, waitingAgent } from '../measuring/stub-agents.ts';

export interface ManyAgentsRequest {
  readonly folder: string;
  readonly agents: number;
}

export interface ManyAgents {
  /** From the first agent that was started to the last. */
  readonly startedWithinMs: number;
  /** Of this process, when all of them run. */
  readonly memoryMb: number;
  /** Of the shells that guard them, shared pages divided among those who share them (PSS). */
  readonly guardiansMb: number;
}

const { folder, agents } = request<ManyAgentsRequest>();
const release = join(folder, 'release');
const env = installStub(folder, waitingAgent(release));
// The node before the branches does not wait.
const text = fanOutPipeline(agents).replace('start -> before -> fan', 'start -> fan');
const all = Promise.withResolvers<void>();
const started: number[] = [];
const { result } = await run(
  { path: join(folder, 'many.dot'), text },
  {
    cwd: folder,
    env,
    backend: 'claude-code',
    onEvent({ type }) {
      if (type === 'ProcessStarted' && started.push(performance.now()) === agents) all.resolve();
    },
  },
);
await Promise.race([all.promise, result]);
const measured = { memoryMb: process.memoryUsage.rss() / 1e6, guardiansMb: guardiansMb() };
writeFileSync(release, '');
const { status } = await result;
if (status !== 'success') throw new Error(`the run came to ${status}`);
const [first = Number.NaN] = started;
report({ ...measured, startedWithinMs: (started.at(-1) ?? Number.NaN) - first } satisfies ManyAgents);

function guardiansMb(): number {
  const kilobytes = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && read(`/proc/${entry}/stat`).includes(`) S ${process.pid} `))
    .filter((pid) => read(`/proc/${pid}/environ`).includes('ENDING='))
    .map((pid) => Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0));
  return (kilobytes.reduce((sum, one) => sum + one, 0) * 1024) / 1e6;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // the process has ended meanwhile
  }
}
