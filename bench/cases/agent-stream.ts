import { join } from 'node:path';
import { run } from '../../src/index.ts';
import { linearPipeline } from '../measuring/pipelines.ts';
import { largestMemoryMb, report, request } from '../measuring/report.ts';
import { installStub, talkativeAgent } from '../measuring/stub-agents.ts';

export interface AgentStreamRequest {
  readonly folder: string;
  readonly bytes: number;
}

export interface AgentStream {
  readonly tookMs: number;
  readonly events: number;
  readonly largestMemoryMb: number;
}

const { folder, bytes } = request<AgentStreamRequest>();
const env = installStub(folder, talkativeAgent(bytes));
const began = performance.now();
let events = 0;
const { result } = await run(
  { path: join(folder, 'one.dot'), text: linearPipeline(1) },
  { cwd: folder, env, backend: 'claude-code', onEvent: () => void (events += 1) },
);
const { status, failureReason } = await result;
if (status !== 'success') throw new Error(`the run came to ${status}: ${failureReason}`);
report({ tookMs: performance.now() - began, events, largestMemoryMb: largestMemoryMb() } satisfies AgentStream);
