import { BoundedText } from '../../shared/process/bounded-text.ts';
import { exitFacts, startGroup, type GroupExit } from '../../shared/process/process-group.ts';
import { withoutSecrets } from '../../shared/process/without-secrets.ts';
import type { ToolServices } from './tool.ts';

export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  /** How it is called in the journal, where its arguments say little. */
  readonly shownAs?: string;
  /** The working folder of the call unless told. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly timeoutMs: number;
}

export interface FinishedProgram {
  readonly stdout: BoundedText;
  readonly stderr: BoundedText;
  readonly exit: GroupExit;
}

/** Bytes kept at each end of an output: what is held in memory, however much a program prints. */
const endLimit = 2 * 1024 * 1024;

/**
 * Runs a program of a tool call in a process group of its own, from which nothing survives, and journals it. Its output
 * comes without secrets and bounded in memory. Throws the signal's reason when the call is aborted, and a
 * `StartProblem` where the program cannot be started.
 */
export async function runProgram(services: ToolServices, run: ProgramRun): Promise<FinishedProgram> {
  const { redactor, signal, operation, emit } = services;
  const { command, args, stdin, timeoutMs } = run;
  const group = await startGroup({
    command,
    args,
    cwd: run.cwd ?? services.cwd,
    env: { ...services.env, ...run.env },
    operation,
    signal,
    timeoutMs,
    ...(stdin !== undefined && { stdin }),
    onStarted: (facts) =>
      emit({ type: 'ProcessStarted', ...facts, command: run.shownAs ?? [command, ...args].join(' ') }),
  });
  const [stdout, stderr, exit] = await Promise.all([
    BoundedText.of(withoutSecrets(group.stdout, redactor.stream()), endLimit, endLimit),
    BoundedText.of(withoutSecrets(group.stderr, redactor.stream()), endLimit, endLimit),
    group.exited,
  ]).finally(() => group.end());
  await emit({ type: 'ProcessExited', ...exitFacts(group, exit) });
  signal.throwIfAborted();
  return { stdout, stderr, exit };
}

/** How a program ended, in words for the model; undefined where it ended well. */
export function endingProblem({ exitCode, signal, endedBy }: GroupExit, timeoutMs: number): string | undefined {
  if (endedBy === 'timeout') return `ended after ${timeoutMs / 1_000} seconds, the time it had`;
  if (signal !== null) return `ended by signal ${signal}`;
  return exitCode === 0 ? undefined : `exit code ${exitCode}`;
}
