import { createThreadSessions, type ThreadSession, type ThreadSessions } from '../engine/handlers/codergen-threads.ts';
import type { Journal } from '../engine/ports/journal.ts';
import { partedSessions } from './parted-sessions.ts';

/** Conversations by thread; those of earlier processes are looked up in the journal, once for each run. */
export function recalledThreads(journal: Journal): ThreadSessions {
  const recalled = new Map<string, Promise<ReadonlyMap<string, ThreadSession>>>();
  const parted = new Map<string, Promise<ReadonlyMap<string, string>>>();
  return createThreadSessions(
    async (runId, thread) => (await once(recalled, runId, () => readThreads(journal, runId))).get(thread),
    async (runId, sessionId) => (await once(parted, runId, () => partedSessions(journal, runId))).get(sessionId),
  );
}

function once<T>(known: Map<string, Promise<T>>, runId: string, read: () => Promise<T>): Promise<T> {
  const found = known.get(runId) ?? read();
  known.set(runId, found);
  return found;
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
