import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { Mastra } from '@mastra/core';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { LibSQLStore } from '@mastra/libsql';
import { z } from 'zod';
import type { DurableRun, DurableRunRequest } from '../measuring/durable-run.ts';
import { nodeName } from '../measuring/pipelines.ts';
import { largestMemoryMb, processorMs, report, request } from '../measuring/report.ts';

const asked = request<DurableRunRequest>();
const path = join(asked.folder, 'mastra.db');
// One connection instead of a pool: a pragma holds for the connection it was given to.
const client = createClient({ url: `file:${path}`, concurrency: 1 });
const storage = new LibSQLStore({ id: 'bench', client });
await storage.init();
// The store sets NORMAL as it opens, without waiting for it; reading this back afterwards proves which one held.
await pragma(`synchronous = ${asked.synchronous}`);

if (asked.warmUpNodes > 0) await run(asked.warmUpNodes);
const bytesBefore = await databaseBytes();
const measured = await run(asked.nodes);
report({ ...measured, databaseBytes: (await databaseBytes()) - bytesBefore } satisfies DurableRun);

async function run(nodes: number): Promise<Omit<DurableRun, 'databaseBytes'>> {
  const id = `linear-${nodes}`;
  const mastra = new Mastra({ storage, workflows: { [id]: linearWorkflow(id, nodes) }, logger: false });
  const cpuBefore = processorMs();
  const began = performance.now();
  const started = await mastra.getWorkflow(id).createRun();
  const { status } = await started.start({ inputData: answerOf('') });
  const ended = performance.now();
  if (status !== 'success') throw new Error(`the workflow is ${status}`);
  return {
    wallMs: ended - began,
    cpuMs: processorMs() - cpuBefore,
    largestMemoryMb: largestMemoryMb(),
    synchronous: (await pragma('synchronous')) === 2 ? 'full' : 'normal',
    journalMode: String(await pragma('journal_mode')),
  };
}

/** Each step answers what our simulation answers. */
function linearWorkflow(id: string, nodes: number) {
  const schema = z.object({ last_stage: z.string(), last_response: z.string() });
  let workflow = createWorkflow({ id, inputSchema: schema, outputSchema: schema });
  for (let index = 0; index < nodes; index += 1) {
    const answer = answerOf(nodeName(index));
    const step = createStep({
      id: nodeName(index),
      inputSchema: schema,
      outputSchema: schema,
      execute: async () => answer,
    });
    workflow = workflow.then(step);
  }
  return workflow.commit();
}

function answerOf(id: string) {
  return { last_stage: id, last_response: `[Simulated] Response for stage: ${id}` };
}

async function pragma(text: string): Promise<unknown> {
  const { rows } = await client.execute(`pragma ${text}`);
  return rows[0]?.[0];
}

async function databaseBytes(): Promise<number> {
  await pragma('wal_checkpoint(truncate)');
  return statSync(path).size;
}
