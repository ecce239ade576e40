import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setImmediate as nextLoopTurn, setTimeout as delay } from 'node:timers/promises';
import { failpoint } from '../failpoint.ts';
import { endGroup, leaderVariable, operationVariable, type GroupTarget, type ProcessFacts } from './end-group.ts';
import { armGuardian, type Guardian } from './guardian.ts';
import { bootId, startTimeOf } from './identity.ts';
import { openStandardStreams, type ProgramStreams, type StandardStreams } from './standard-streams.ts';
import { startProblem } from './start-problem.ts';

/*
 * Runs one program so that nothing of it outlives its step or this process (R7).
 *
 * P1. The program does not run before its facts are recorded: it is a shell that waits for a line on
 *     descriptor 3 and then becomes the program. If we die first, the shell reads the end and leaves.
 * P2. A guardian stands before that line is written, so from the program's first instruction on our
 *     death is its death.
 * P3. When the program ends, for whatever reason, its group and descendants are ended too.
 * P4. Whether somebody reads its output or holds its pipes open never delays P3 or `exited`.
 */

export interface GroupStart {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd: string;
  /** The whole environment; see `allowedEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  /** Text for standard input, closed after it; absent means /dev/null. */
  readonly stdin?: string;
  /** Standard input stays open behind that, for `ProcessGroup.stdin`: the program is talked to. */
  readonly keepsInput?: boolean;
  /** Unique name of the operation, for example `RUN/KEY`: marks descendants (ORCHESTRA_OPERATION). */
  readonly operation: string;
  /** Ends the group. */
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** Between TERM and KILL; 5 seconds unless told. */
  readonly graceMs?: number;
  /** Called with the facts before the program runs, and awaited: the place to journal them. */
  readonly onStarted?: (facts: ProcessFacts) => Promise<void>;
}

export interface ProcessGroup {
  readonly facts: ProcessFacts;
  /** Where the start asked for it. Writing fails (EPIPE) when the program has closed it; the caller closes it. */
  readonly stdin?: Writable;
  /** Both streams must be read, or a talkative program stands still; reading slowly slows it down. */
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly stderr: AsyncIterable<Uint8Array>;
  /** Settles when the program and all it started are gone. */
  readonly exited: Promise<GroupExit>;
  /** Ends the group now. Idempotent. */
  end(): Promise<GroupExit>;
}

export interface GroupExit {
  /** Null when a signal ended the program. 126 and 127: it could not be started. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why we ended it; absent when it ended by itself. */
  readonly endedBy?: 'abort' | 'timeout' | 'end';
  /** Processes that withstood KILL. */
  readonly survivors: readonly number[];
}

/** What a program left behind may need to end by itself, for example to flush a process substitution. */
const leavingMs = 200;
/** setTimeout fires at once above it. */
const longestTimerMs = 2 ** 31 - 1;

const gate = `read -r go <&3 || exit 125; exec 3<&-; export ${leaderVariable}=$$; exec "$@"`;

/** Starts a program as leader of its own group and session. Rejects when it could not be started or recorded; then nothing runs. */
export async function startGroup(start: GroupStart): Promise<ProcessGroup> {
  start.signal.throwIfAborted();
  const { child, streams } = await spawnWaiting(start);
  const left = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>; // from the first moment: it may be killed while it waits
  const pid = child.pid as number; // present once the `spawn` event has come
  const facts: ProcessFacts = { pid, bootId: bootId(), startTime: startTimeOf(pid) ?? 'unknown' };
  const target: GroupTarget = { ...facts, operation: start.operation };
  // Neither waits for the other; the program waits for both.
  const arming = armGuardian(target);
  arming.catch(() => undefined); // awaited below, unless something else fails before
  try {
    await start.onStarted?.(facts);
    failpoint('process:recorded');
    start.signal.throwIfAborted();
    const guardian = await arming.catch((error: unknown) => {
      throw startProblem(error, start.cwd);
    });
    failpoint('process:guarded');
    return supervise({ child, streams, left, start, target, guardian });
  } catch (error) {
    child.kill('SIGKILL');
    for (const stream of Object.values(streams) as (Readable | Writable | undefined)[]) stream?.destroy();
    // There is nothing to guard.
    await arming.then(
      (guardian) => guardian.dismiss(),
      () => undefined,
    );
    throw error;
  }
}

/** A program that waits for its line on descriptor 3, and our ends of its streams. */
interface WaitingProgram {
  readonly child: ChildProcess;
  readonly streams: ProgramStreams;
}

async function spawnWaiting(start: GroupStart): Promise<WaitingProgram> {
  let streams: StandardStreams | undefined;
  try {
    streams = await openStandardStreams(start.stdin !== undefined || start.keepsInput === true);
    const child = spawn('/bin/sh', ['-c', gate, 'sh', start.command, ...(start.args ?? [])], {
      detached: true,
      cwd: start.cwd,
      env: { ...start.env, [operationVariable]: start.operation },
      stdio: [...streams.stdio, 'pipe'],
    });
    await once(child, 'spawn');
    return { child, streams: streams.started(child) };
  } catch (error) {
    streams?.discard();
    throw startProblem(error, start.cwd);
  }
}

interface Supervised {
  readonly child: ChildProcess;
  readonly streams: ProgramStreams;
  /** Settles when the leader is gone. */
  readonly left: Promise<[exitCode: number | null, signal: NodeJS.Signals | null]>;
  readonly start: GroupStart;
  readonly target: GroupTarget;
  readonly guardian: Guardian;
}

function supervise({ child, streams, left, start, target, guardian }: Supervised): ProcessGroup {
  let endedBy: GroupExit['endedBy'];
  let ending: Promise<readonly number[]> | undefined;
  const end = (reason: GroupExit['endedBy']): void => {
    if (ending) return;
    endedBy = reason;
    ending = endGroup(target, { graceMs: start.graceMs, patienceMs: reason === undefined ? leavingMs : 0 });
  };
  const abort = (): void => end('abort');
  const timer =
    start.timeoutMs === undefined
      ? undefined
      : setTimeout(() => end('timeout'), Math.min(start.timeoutMs, longestTimerMs));

  const exited = left.then(async ([exitCode, signal]): Promise<GroupExit> => {
    clearTimeout(timer);
    start.signal.removeEventListener('abort', abort);
    end(undefined);
    const survivors = (await ending) ?? [];
    guardian.dismiss();
    streams.stdin?.destroy();
    void releasePipes(streams);
    return { exitCode, signal, ...(endedBy === undefined ? {} : { endedBy }), survivors };
  });
  start.signal.addEventListener('abort', abort, { once: true });
  feed(child, streams.stdin, start);
  if (start.signal.aborted) abort();
  return {
    facts: { pid: target.pid, bootId: target.bootId, startTime: target.startTime },
    ...(start.keepsInput === true && streams.stdin && { stdin: streams.stdin }),
    stdout: chunksOf(streams.stdout),
    stderr: chunksOf(streams.stderr),
    exited,
    end: () => {
      end('end');
      return exited;
    },
  };
}

/** Writes the line the gate waits for, and standard input. A program that does not read to the end (EPIPE) is within its rights. */
function feed(child: ChildProcess, stdin: Writable | undefined, { stdin: text, keepsInput }: GroupStart): void {
  const go = child.stdio[3] as Writable; // opened as a pipe in `spawnWaiting`
  go.on('error', () => undefined);
  go.end('go\n');
  stdin?.on('error', () => undefined);
  if (keepsInput !== true) stdin?.end(text);
  else if (text !== undefined) stdin?.write(text);
}

async function* chunksOf(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    // Our own `releasePipes`: what there was has been read.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    throw error;
  }
}

const pipePatienceMs = 250;

/**
 * After the group has gone nobody should write any more. Where a process that shook off group,
 * ancestry and environment still holds a pipe, its reader would wait for ever: a pipe that brings
 * nothing for a while, with nothing left unread, is closed.
 */
async function releasePipes({ stdout, stderr }: ProgramStreams): Promise<void> {
  for (const stream of [stdout, stderr] as (Readable & { bytesRead?: number })[]) {
    let before = -1;
    while (!stream.readableEnded && !stream.destroyed) {
      if (stream.readableLength === 0 && stream.bytesRead === before) stream.destroy();
      before = stream.bytesRead ?? 0;
      await delay(pipePatienceMs, undefined, { ref: false });
      // Where the event loop stood still meanwhile, what lies in the pipe is read first.
      await nextLoopTurn();
    }
  }
}

/** The facts of an exit, as the journal records them. */
export interface ExitFacts {
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly survivors?: readonly number[];
}

/** Survivors are named only where there are any. */
export function exitFacts({ facts: { pid } }: ProcessGroup, { exitCode, signal, survivors }: GroupExit): ExitFacts {
  return { pid, exitCode, signal, ...(survivors.length > 0 && { survivors }) };
}
