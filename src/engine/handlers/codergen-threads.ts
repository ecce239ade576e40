import { untilAborted } from '../../shared/abort.ts';

/**
 * The conversations of `full` fidelity (5.4). A thread belongs to one run and one branch of it; at most one
 * prompt at a time runs in it.
 */
export interface ThreadSessions {
  get(runId: string, thread: string): Promise<ThreadSession | undefined>;
  set(runId: string, thread: string, session: ThreadSession): void;
  /**
   * Why a session that an agent keeps itself must not be continued in a run, though it is on the run's record: it belongs
   * to the run this one was forked from, or has gone on behind the turn that this one went back to.
   */
  obstacle(runId: string, sessionId: string): Promise<string | undefined>;
  /** Runs `work` after what was queued on the thread before; rejects with the signal's reason when aborted while waiting. */
  exclusively<T>(runId: string, thread: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export interface ThreadSession {
  /** Id of the adapter that holds the session. */
  readonly agent: string;
  /** The agent's own id of it. */
  readonly sessionId: string;
}

/**
 * Threads kept in memory.
 * @param recall looks up a session an earlier process left in the journal, as `AgentSessionStarted` tells it
 * @param obstacle as in `ThreadSessions`
 */
export function createThreadSessions(
  recall: (runId: string, thread: string) => Promise<ThreadSession | undefined> = async () => undefined,
  obstacle: ThreadSessions['obstacle'] = async () => undefined,
): ThreadSessions {
  const known = new Map<string, ThreadSession>();
  const tails = new Map<string, Promise<void>>();
  const keyOf = (runId: string, thread: string): string => JSON.stringify([runId, thread]);
  return {
    obstacle,
    get: async (runId, thread) => known.get(keyOf(runId, thread)) ?? recall(runId, thread),
    set: (runId, thread, session) => void known.set(keyOf(runId, thread), session),
    async exclusively(runId, thread, signal, work) {
      const key = keyOf(runId, thread);
      const before = tails.get(key) ?? Promise.resolve();
      const { promise: done, resolve: finish } = Promise.withResolvers<void>();
      const tail = before.then(() => done);
      tails.set(key, tail);
      try {
        await untilAborted(signal, () => before);
        return await work();
      } finally {
        finish();
        if (tails.get(key) === tail) tails.delete(key);
      }
    },
  };
}
