import type { StepEvent } from '../../contract/event.ts';
import { messageOf } from '../../shared/errors.ts';
import { membersOnDemand } from '../../shared/members-on-demand.ts';
import { textOf } from '../../language/graph/attributes.ts';
import type { AgentSession, OpenSession, ToolHooks } from '../ports/agent.ts';
import type { StepCall, StepServices } from '../ports/step.ts';
import { storedPrompt } from './codergen-prompt.ts';
import type { AgentTask } from './codergen-task.ts';
import { takeTurn, type Turn } from './codergen-turn.ts';
import { EventRecorder } from './event-recorder.ts';

export interface SessionRequest {
  /** Which opening of this start of the operation it is, from 0: each fresh session needs an id of its own. */
  readonly index: number;
  readonly resume: string | undefined;
  readonly prompt: string;
}

/** Opens a session, takes one turn in it and closes it. Stores `<node>.prompt` before the agent sees it. */
export async function holdSession(task: AgentTask, request: SessionRequest): Promise<Turn> {
  const { choice, call, services } = task;
  services.artifact(`${call.nodeId}.prompt`, storedPrompt(task.system, request.prompt));
  const session = await choice.adapter.open(openRequest(task, request));
  const recorder = new EventRecorder((event) => services.emit(event));
  try {
    return await takeTurn(session, request.prompt, task, (event) => record(task, event, recorder));
  } finally {
    await closeQuietly(session, services);
  }
}

/** 2.6: what counts where nothing says how much to think, whatever the agent's own habit. */
const defaultEffort = 'high';

/** An id is a hash, and to read the variables offers the agent a status file: both only where an agent asks. */
const requestOf = membersOnDemand<OpenSession, 'sessionId' | 'env'>('sessionId', 'env');

function openRequest(
  { ports, choice, system, call, services, report }: AgentTask,
  { index, resume }: SessionRequest,
): OpenSession {
  const first = services.epoch === 1 && index === 0;
  const start = first ? '' : `+${services.epoch}.${index}`;
  const toolHooks = toolHooksOf(call);
  const given = {
    ...(resume !== undefined && { resume }),
    cwd: services.cwd,
    ...(choice.model !== undefined && { model: choice.model }),
    ...(choice.provider !== undefined && { provider: choice.provider }),
    ...(system !== undefined && { system }),
    ...(choice.permissions !== undefined && { permissions: choice.permissions }),
    ...(choice.tools && { tools: choice.tools }),
    reasoningEffort: choice.effort ?? defaultEffort,
    ...(toolHooks && { toolHooks }),
    call,
    services,
  };
  return requestOf(given, {
    // A start cut off before its session became known may have used up the id, so every start derives its own.
    sessionId: () => ports.deriveId(`${services.runId}/${services.key}${start}`),
    env: () => report.variables,
  });
}

/** `tool_hooks.pre` and `tool_hooks.post` (9.7): each from the node, else from the graph. */
export function toolHooksOf({ node, graph }: Pick<StepCall, 'node' | 'graph'>): ToolHooks | undefined {
  const pre = textOf(node, 'tool_hooks.pre') ?? textOf(graph, 'tool_hooks.pre');
  const post = textOf(node, 'tool_hooks.post') ?? textOf(graph, 'tool_hooks.post');
  if (pre === undefined && post === undefined) return undefined;
  return { ...(pre !== undefined && { pre }), ...(post !== undefined && { post }) };
}

/** Journals an event; a session that becomes known joins its thread. */
async function record(
  { ports, choice, call, services }: AgentTask,
  event: StepEvent,
  recorder: EventRecorder,
): Promise<void> {
  if (event.type !== 'AgentSessionStarted' || call.fidelity !== 'full' || call.thread === undefined) {
    return recorder.record(event);
  }
  await recorder.record({ ...event, thread: call.thread });
  ports.sessions.set(services.runId, call.thread, { agent: choice.adapter.id, sessionId: event.sessionId });
}

/** The turn's result stands even where closing goes wrong. */
async function closeQuietly(session: AgentSession, services: StepServices): Promise<void> {
  try {
    await session.close();
  } catch (thrown) {
    await services.emit({ type: 'AgentWarning', message: `closing the session: ${messageOf(thrown)}` });
  }
}
