import type { AgentEvent, OpenSession } from '../../engine/ports/agent.ts';
import { BoundedText } from '../../shared/process/bounded-text.ts';
import { exitFacts, type GroupExit, type ProcessGroup } from '../../shared/process/process-group.ts';
import { withoutSecrets } from '../../shared/process/without-secrets.ts';
import { startAgentProcess, type AgentProgram } from '../cli/agent-process.ts';
import type { AgentStreams } from './message-stream.ts';
import { Conversation, type Prompt } from './conversation.ts';
import { PoliteStop } from './polite-stop.ts';

/** One prompt to an agent, in a process of its own. */
export interface AcpTurn {
  readonly process: Omit<AgentProgram, 'stdin' | 'keepsInput'>;
  readonly prompt: Prompt;
  /** From asking the agent to cancel the turn to ending it, in milliseconds. */
  readonly cancelMs: number;
  /** How long it may stay when nothing more will be asked of it, in milliseconds. */
  readonly leaveMs: number;
}

const errorLimit = 4 * 1024;

/**
 * Runs the turn in a process group of its own and yields its events; the last is the result. Earlier starts of the same operation
 * are ended first; the new process is journaled before it runs, the session before the prompt is sent. When `signal` aborts, the
 * agent is asked to cancel, then ended with everything it started, and the reason thrown.
 * @throws NoProtocol where the program does not serve the protocol; then nothing was asked of it
 */
export async function* runAcpTurn(
  turn: AcpTurn,
  request: OpenSession,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  signal.throwIfAborted();
  const stop = new PoliteStop(signal, turn.cancelMs);
  try {
    const group = await startAgentProcess({ ...turn.process, keepsInput: true }, request, stop.force);
    const errors = BoundedText.of(withoutSecrets(group.stderr, request.services.redactor.stream()), 0, errorLimit);
    const conversation = new Conversation(turn.prompt, { streams: streamsOf(group), request, signal, stop });
    let isHeard = false;
    try {
      yield* conversation.events();
      isHeard = true;
    } finally {
      // Whoever stops reading early needs no agent that goes on.
      if (!isHeard) await group.end();
    }
    const exit = await leave(group, turn.leaveMs);
    await request.services.emit({ type: 'ProcessExited', ...exitFacts(group, exit) });
    const refused = group.refused();
    if (refused.length > 0)
      yield { type: 'AgentWarning', message: `its sandbox let it reach none of: ${refused.join(', ')}` };
    const limit = group.limitReached(exit);
    signal.throwIfAborted();
    yield* conversation.conclude({
      ...exit,
      errors: (await errors).text().trim(),
      ...(limit !== undefined && { limit }),
    });
  } finally {
    stop.settle();
  }
}

function streamsOf({ stdin, stdout }: ProcessGroup): AgentStreams {
  if (!stdin) throw new Error('an agent that is talked to has a standard input');
  return { stdin, stdout };
}

/** With its input closed it has nothing left to do, however the turn went. */
async function leave(group: ProcessGroup, leaveMs: number): Promise<GroupExit> {
  group.stdin?.end();
  const timer = setTimeout(() => void group.end(), leaveMs);
  try {
    return await group.exited;
  } finally {
    clearTimeout(timer);
  }
}
