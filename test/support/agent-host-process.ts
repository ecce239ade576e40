import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { AgentEvent } from '../../src/engine/ports/agent.ts';
import { readLines } from '../../src/shared/process/lines.ts';
import type { HostOrder } from './agent-host.ts';

/** Starts a process that drives one turn of an agent, to be killed in the middle of it. */
export function startHost(
  order: HostOrder,
  env: Readonly<Record<string, string>>,
): ChildProcessByStdio<null, Readable, null> {
  const program = join(import.meta.dirname, 'agent-host.ts');
  return spawn(process.execPath, [program, JSON.stringify(order)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/**
 * The events such a process tells.
 * @param events where they are put as they come
 */
export async function readEvents(
  output: AsyncIterable<Uint8Array>,
  events: AgentEvent[] = [],
): Promise<readonly AgentEvent[]> {
  for await (const line of readLines(output, { lineBytes: 1_000_000, totalBytes: 100_000_000 }))
    events.push(JSON.parse(line) as AgentEvent);
  return events;
}
