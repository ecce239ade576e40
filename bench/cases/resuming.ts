import { Orchestra } from '../../src/app/orchestra.ts';
import { observedSimulation } from '../measuring/agents.ts';
import { largestMemoryMb, report, request } from '../measuring/report.ts';

export interface ResumingRequest {
  /** A project whose last run was killed. */
  readonly folder: string;
}

export interface Resuming {
  /** From opening the project to the first agent that is asked something. */
  readonly firstStepMs: number;
  /** The same from the start of the process. */
  readonly fromProcessStartMs: number;
  readonly firstNode: string;
  readonly largestMemoryMb: number;
}

const { folder } = request<ResumingRequest>();
const began = performance.now();
const backend = observedSimulation('simulation', ({ call }) => {
  const now = performance.now();
  report({
    firstStepMs: now - began,
    // The clock begins with the process.
    fromProcessStartMs: now,
    firstNode: call.nodeId,
    largestMemoryMb: largestMemoryMb(),
  } satisfies Resuming);
});
const orchestra = await Orchestra.open({
  cwd: folder,
  env: {},
  extensions: { backends: { simulation: backend } },
});
const session = await orchestra.resume('last');
const { state } = await session.done;
throw new Error(`the run came to be ${state} without a new step`);
