import type { Conversations, RecalledOperation } from '../agents/llm/conversation.ts';
import type { StepEvent } from '../contract/event.ts';
import type { Journal } from '../engine/ports/journal.ts';
import { withBlobs } from '../shared/blob-ref.ts';

/** Keys of the operations that worked in each session of a run, in the order they came to it. */
type SessionKeys = Map<string, Set<string>>;

/** The conversations of our own backends, read back from the branches of the operations that held them. */
export function recalledConversations(journal: Journal): Conversations {
  const runs = new Map<string, Promise<SessionKeys>>();
  const keysOf = (runId: string): Promise<SessionKeys> => {
    const known = runs.get(runId);
    if (known) return known;
    const keys = readKeys(journal, runId);
    runs.set(runId, keys);
    keys.catch(() => runs.delete(runId));
    return keys;
  };
  return {
    async recall(runId, sessionId) {
      const keys = (await keysOf(runId)).get(sessionId) ?? [];
      return Promise.all([...keys].map((key) => readOperation(journal, runId, key)));
    },
    join(runId, sessionId, key) {
      // Where nothing of the run was read yet, or it could not be, the journal will tell.
      runs.get(runId)?.then(
        (keys) => note(keys, sessionId, key),
        () => undefined,
      );
    },
  };
}

/** Once for each run and process: what comes later is joined as it comes. */
async function readKeys(journal: Journal, runId: string): Promise<SessionKeys> {
  const keys: SessionKeys = new Map();
  for await (const { type, key, payload } of journal.tail(runId, 0)) {
    // Written by a step's `emit`, kept as it was.
    if (type === 'AgentSessionStarted') note(keys, (payload as { readonly sessionId: string }).sessionId, key ?? '');
  }
  return keys;
}

function note(keys: SessionKeys, sessionId: string, key: string): void {
  const known = keys.get(sessionId);
  if (known) known.add(key);
  else keys.set(sessionId, new Set([key]));
}

async function readOperation(journal: Journal, runId: string, key: string): Promise<RecalledOperation> {
  const events: StepEvent[] = [];
  for await (const { type, payload } of journal.turns(runId, { branch: key })) {
    const whole = await withBlobs((hash) => journal.getBlob(hash), payload);
    // Only steps write to this branch, and only step events.
    events.push({ type, ...(whole as object) } as StepEvent);
  }
  return { key, events };
}
