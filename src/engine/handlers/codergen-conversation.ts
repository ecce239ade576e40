import { addUsage } from '../../contract/add-usage.ts';
import type { Usage } from '../../contract/outcome.ts';
import { continuationPrompt, openingPrompt, retoldPrompt, steeredPrompt } from './codergen-prompt.ts';
import { conversationSoFar } from './conversation-so-far.ts';
import { holdSession } from './codergen-session.ts';
import type { AgentTask } from './codergen-task.ts';
import type { ThreadSession } from './codergen-threads.ts';
import type { Turn } from './codergen-turn.ts';

/**
 * Puts a task to an agent, in its thread under `full` fidelity, else in a fresh session (5.4). An operation that
 * was cut off by a crash goes on in the session it had started (R3). Where that session or the thread's is lost,
 * or belongs to another agent, a fresh one is started with an `AgentWarning`.
 */
export async function converse(task: AgentTask): Promise<Turn> {
  const { ports, call, services } = task;
  if (call.fidelity !== 'full' || call.thread === undefined) return firstThatHolds(task, undefined);
  const { thread } = call;
  return ports.sessions.exclusively(services.runId, thread, services.signal, async () =>
    firstThatHolds(task, await ports.sessions.get(services.runId, thread)),
  );
}

/** One way to put the task to the agent. */
interface Opening {
  /** Session to continue; absent opens a fresh one. */
  readonly resume?: string;
  readonly warning?: string;
  readonly prompt: () => Promise<string> | string;
}

/** Tries the openings in turn; the next one only where the session of this one turns out to be lost. */
async function firstThatHolds(task: AgentTask, known: ThreadSession | undefined): Promise<Turn> {
  const openings = await planOpenings(task, known);
  let usage: Usage | undefined;
  for (const [index, { warning, resume, prompt }] of openings.entries()) {
    if (warning !== undefined) await task.services.emit({ type: 'AgentWarning', message: warning });
    const turn = await holdSession(task, { index, resume, prompt: await prompt() });
    usage = turn.usage ? addUsage(usage, turn.usage) : usage;
    const lost = !turn.result.ok && turn.result.sessionLost === true;
    if (!lost || index === openings.length - 1) return { result: turn.result, usage };
  }
  throw new Error('a conversation needs an opening');
}

async function planOpenings(task: AgentTask, known: ThreadSession | undefined): Promise<readonly Opening[]> {
  const fresh = (): Promise<string> | string => freshPrompt(task, known);
  const { adapter } = task.choice;
  const agent = adapter.id;
  const earlier = await task.services.earlier();
  const started = earlier.findLast((event) => event.type === 'AgentSessionStarted');
  const session = started ?? known;
  if (!session) return [{ prompt: fresh }];
  if (session.agent !== agent) {
    return [{ warning: `the session belongs to ${session.agent}; ${agent} starts a fresh one`, prompt: fresh }];
  }
  const { services, ports } = task;
  const obstacle =
    adapter.sessions === 'recorded' ? undefined : await ports.sessions.obstacle(services.runId, session.sessionId);
  if (obstacle !== undefined) {
    const warning = `${obstacle}; a fresh one is started, with the conversation so far`;
    return [{ warning, prompt: () => retoldPrompt(task, started ? conversationSoFar(earlier) : undefined) }];
  }
  const goOn = started ? continuationPrompt : steeredPrompt;
  return [
    { resume: session.sessionId, prompt: () => goOn(task) },
    { warning: `session ${session.sessionId} cannot be continued; a fresh one is started`, prompt: fresh },
  ];
}

/** Under `full`, a thread that had turns is summed up once (5.3 point 6); a new thread has nothing to carry. */
function freshPrompt(task: AgentTask, known: ThreadSession | undefined): Promise<string> | string {
  const { fidelity } = task.call;
  if (fidelity !== 'full') return openingPrompt(fidelity, task);
  return known ? openingPrompt('summary:high', task) : steeredPrompt(task);
}
