import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import type { DurableRun, DurableRunRequest } from '../measuring/durable-run.ts';
import { nodeName } from '../measuring/pipelines.ts';
import { largestMemoryMb, processorMs, report, request } from '../measuring/report.ts';

const asked = request<DurableRunRequest>();
const path = join(asked.folder, 'langgraph.db');
const saver = SqliteSaver.fromConnString(path);
saver.db.pragma('journal_mode = wal');
saver.db.pragma(`synchronous = ${asked.synchronous}`);
// As it comes a checkpoint is written while the next node runs already; `sync` waits for it, as our R1 does.
const durability = asked.synchronous === 'full' ? 'sync' : 'async';

if (asked.warmUpNodes > 0) await run(asked.warmUpNodes);
const bytesBefore = databaseBytes();
const measured = await run(asked.nodes);
report({ ...measured, databaseBytes: databaseBytes() - bytesBefore } satisfies DurableRun);

async function run(nodes: number): Promise<Omit<DurableRun, 'databaseBytes'>> {
  const graph = linearGraph(nodes);
  const cpuBefore = processorMs();
  const began = performance.now();
  // A graph of n nodes is refused after 25 of them unless told otherwise.
  await graph.invoke({}, { configurable: { thread_id: `linear-${nodes}` }, recursionLimit: nodes + 1, durability });
  return {
    wallMs: performance.now() - began,
    cpuMs: processorMs() - cpuBefore,
    largestMemoryMb: largestMemoryMb(),
    synchronous: saver.db.pragma('synchronous', { simple: true }) === 2 ? 'full' : 'normal',
    journalMode: String(saver.db.pragma('journal_mode', { simple: true })),
  };
}

/** Each node answers what our simulation answers, into two values of the state that the next one overwrites. */
function linearGraph(nodes: number) {
  const State = Annotation.Root({ last_stage: Annotation<string>, last_response: Annotation<string> });
  // Its type names every node that was added; a graph made by a loop knows them at run time only.
  const graph = new StateGraph(State) as unknown as LooseGraph;
  let previous: string = START;
  for (let index = 0; index < nodes; index += 1) {
    const id = nodeName(index);
    const answer = { last_stage: id, last_response: `[Simulated] Response for stage: ${id}` };
    graph.addNode(id, async () => answer);
    graph.addEdge(previous, id);
    previous = id;
  }
  graph.addEdge(previous, END);
  return graph.compile({ checkpointer: saver });
}

interface LooseGraph {
  addNode(id: string, work: () => Promise<Record<string, string>>): void;
  addEdge(from: string, to: string): void;
  compile(options: { readonly checkpointer: SqliteSaver }): {
    invoke(input: object, options: object): Promise<unknown>;
  };
}

function databaseBytes(): number {
  saver.db.pragma('wal_checkpoint(truncate)');
  return statSync(path).size;
}
