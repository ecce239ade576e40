import type { StepEvent } from '../../contract/event.ts';
import type { AgentEvent, OpenSession } from '../../engine/ports/agent.ts';
import type { Redactor } from '../../shared/redaction.ts';
import { BoundedText } from '../../shared/process/bounded-text.ts';
import { OutputTooLongError, readLines } from '../../shared/process/lines.ts';
import { withoutSecrets } from '../../shared/process/without-secrets.ts';
import { exitFacts, type GroupExit, type ProcessGroup } from '../../shared/process/process-group.ts';
import { startAgentProcess, type AgentProgram } from './agent-process.ts';
import { withLimit } from './limit-failure.ts';

/** One run of an agent's command line: a prompt in, JSON lines out. */
export interface CliTurn extends Omit<AgentProgram, 'keepsInput'> {
  readonly reader: TranscriptReader;
  /** Done while the program starts. */
  readonly prepare?: () => void;
}

/** Makes events of what one agent prints. One reader serves one turn. */
export interface TranscriptReader {
  /** The events one line stands for. What it does not understand is an `AgentWarning`, never an exception. */
  read(line: string): readonly StepEvent[];
  /** True while the last thing read ended the turn: the agent has nothing left to do but to exit. */
  readonly concluded: boolean;
  /** Usage that no event has reported yet, and how the turn ended. */
  conclude(ending: CliEnding): readonly AgentEvent[];
}

export interface CliEnding {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** We ended it, because it stayed after the turn was over. */
  readonly dismissed: boolean;
  /** The end of its standard error. */
  readonly errors: string;
  /** Why its output could not be read to the end. */
  readonly problem?: string;
  /** The limit that ended it. */
  readonly limit?: string;
}

/** One line of JSON: tool results of some megabytes pass, a flood without line ends does not. All of them: a day's work passes. */
const limits = { lineBytes: 16 * 1024 * 1024, totalBytes: 512 * 1024 * 1024 };
const errorLimit = 4 * 1024;
/** How long an agent may stay after its turn, or after closing its output. */
const lingerMs = 5_000;

/**
 * Runs the turn in a process group of its own and yields its events; the last is the result. Earlier starts of the
 * same operation are ended first, and the new process is journaled before it sees the prompt. Reading slowly slows
 * the agent down. Throws the reason of `signal` when it aborts, after what was spent so far has been reported.
 */
export async function* runCliTurn(
  turn: CliTurn,
  request: OpenSession,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  const group = await startAgentProcess(turn, request, signal);
  const { redactor } = request.services;
  turn.prepare?.();
  prepareToRedact(redactor);
  const errors = BoundedText.of(withoutSecrets(group.stderr, redactor.stream()), 0, errorLimit);
  const lingering = limitLingering(group);
  let problem: string | undefined;
  let finished = false;
  try {
    for await (const line of readLines(group.stdout, limits)) {
      // Before the reader cuts anything out of it; a line of JSON stays one.
      yield* turn.reader.read(redactor.text(line));
      lingering.watch(turn.reader.concluded);
    }
    finished = true;
  } catch (error) {
    if (!(error instanceof OutputTooLongError)) throw error;
    problem = error.message;
  } finally {
    // Whoever stops reading early, and an agent nobody can read, need no agent that goes on.
    if (!finished) await group.end();
  }
  lingering.watch(true);
  const exit = await group.exited;
  lingering.watch(false);
  await request.services.emit({ type: 'ProcessExited', ...exitFacts(group, exit) });
  const refused = group.refused();
  if (refused.length > 0)
    yield { type: 'AgentWarning', message: `its sandbox let it reach none of: ${refused.join(', ')}` };
  const ending = endingOf(exit, { errors: (await errors).text().trim(), problem, limit: group.limitReached(exit) });
  for (const event of turn.reader.conclude(ending)) {
    if (event.type === 'result') signal.throwIfAborted();
    yield withLimit(event, { now: Date.now(), timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  }
}

/** A first word need not wait until the patterns are compiled that it is searched with, which happens when they are used, and used again. */
function prepareToRedact(redactor: Redactor): void {
  for (const sample of ['some text', 'some other text']) redactor.stream().push(sample);
}

interface Lingering {
  /** Starts the time an agent may still stay, unless it runs, or stops it: what is printed after the end gives no more of it. */
  watch(over: boolean): void;
}

function limitLingering(group: ProcessGroup): Lingering {
  let timer: NodeJS.Timeout | undefined;
  return {
    watch(over) {
      if (!over) clearTimeout(timer);
      timer = over ? (timer ?? setTimeout(() => void group.end(), lingerMs)) : undefined;
    },
  };
}

interface Observed {
  readonly errors: string;
  readonly problem: string | undefined;
  readonly limit: string | undefined;
}

function endingOf({ exitCode, signal, endedBy }: GroupExit, { errors, problem, limit }: Observed): CliEnding {
  return {
    exitCode,
    signal,
    dismissed: endedBy === 'end',
    errors,
    ...(problem !== undefined && { problem }),
    ...(limit !== undefined && { limit }),
  };
}
