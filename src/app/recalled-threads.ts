import { createThreadSessions, type ThreadSession, type ThreadSessions } from '../engine/handlers/codergen-threads.ts';
import type { Journal } from '../engine/ports/journal.ts';

/** Conversations by thread; those of earlier processes are looked up in the journal, once for each run. */
export function recalledThreads(journal: Journal): ThreadSessions {
  const recalled = new Map<string, Promise<ReadonlyMap<string, ThreadSession>>>();
  return createThreadSessions(async (runId, thread) => {
    const threads = recalled.get(runId) ?? readThreads(journal, runId);
    recalled.set(runId, threads);
    return (await threads).get(thread);
  });
}

async function readThreads(journal: Journal, runId: string): Promise<ReadonlyMap<string, ThreadSession>> {
  const threads = new Map<string, ThreadSession>();
  for await (const { type, payload } of journal.tail(runId, 0)) {
    if (type !== 'AgentSessionStarted') continue;
    // Written by a step's `emit`, kept as it was.
    const { thread, agent, sessionId } = payload as unknown as ThreadSession & { readonly thread?: string };
    if (thread !== undefined) threads.set(thread, { agent, sessionId });
  }
  return threads;
}
