import { join } from 'node:path';
import { run } from '../../src/index.ts';
import { linearPipeline } from '../measuring/pipelines.ts';
import { report, request } from '../measuring/report.ts';
import { clockAgent, installStub } from '../measuring/stub-agents.ts';

export interface FirstTokenRequest {
  readonly folder: string;
  readonly times: number;
}

export interface FirstToken {
  /** From the moment the agent writes it to the moment a listener of the run has it, committed. The first of a turn is the first here. */
  readonly delaysMs: readonly number[];
}

const { folder, times } = request<FirstTokenRequest>();
const env = installStub(folder, clockAgent(times));
const delaysMs: number[] = [];
const { result } = await run(
  { path: join(folder, 'one.dot'), text: linearPipeline(1) },
  {
    cwd: folder,
    env,
    backend: 'claude-code',
    onEvent(event) {
      if (event.type === 'AgentText') delaysMs.push(Number(process.hrtime.bigint() - BigInt(event.text)) / 1e6);
    },
  },
);
const { status } = await result;
if (status !== 'success' || delaysMs.length !== times) throw new Error(`the run came to ${status}`);
report({ delaysMs } satisfies FirstToken);
