import type { StepEvent } from '../contract/event.ts';
import type { Journal, Rewind, Turn } from '../engine/ports/journal.ts';

/** Why a session is not what the record of a run says of it, by session. */
type PartedSessions = Map<string, string>;

/**
 * Sessions that agents keep themselves and that a run has on its record, but must not continue: two runs never share one,
 * so those of a fork's source are not its own; and one that went on behind a turn cannot go back with the run.
 */
export async function partedSessions(journal: Journal, runId: string): Promise<ReadonlyMap<string, string>> {
  const parted: PartedSessions = new Map();
  const row = await journal.run(runId);
  for (const rewind of row?.rewinds ?? []) await noteGoneOn(journal, runId, rewind, parted);
  if (!row?.forkOf) return parted;
  const { runId: source, turn } = row.forkOf;
  for await (const each of journal.tail(runId, 0, turn)) {
    const sessionId = sessionStartedIn(each);
    if (sessionId !== undefined) parted.set(sessionId, `session ${sessionId} is that of run ${source}`);
  }
  return parted;
}

/** Sessions in which something came after the turn that the run went back to. */
async function noteGoneOn(journal: Journal, runId: string, { to, by }: Rewind, parted: PartedSessions): Promise<void> {
  const sessions = new Map<string, string>();
  for await (const turn of journal.tail(runId, 0, by - 1)) {
    const { branch = '', seq, type } = turn;
    const started = sessionStartedIn(turn);
    if (started !== undefined) sessions.set(branch, started);
    const session = sessions.get(branch);
    if (seq > to && session !== undefined && conversing.has(type))
      parted.set(session, `session ${session} went on after turn ${to}`);
  }
}

/** What shows that a session has gone on. */
const conversing: ReadonlySet<string> = new Set<StepEvent['type']>([
  'AgentSessionStarted',
  'AgentMessage',
  'AgentText',
  'AgentThinking',
  'AgentToolCall',
  'AgentToolResult',
  'AgentFileChange',
  'AgentTurnCompleted',
]);

function sessionStartedIn({ type, payload }: Turn): string | undefined {
  if (type !== 'AgentSessionStarted') return undefined;
  // Written by a step's `emit`, kept as it was.
  return (payload as { readonly sessionId: string }).sessionId;
}
