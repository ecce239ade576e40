import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { OrchestraError } from '../../shared/errors.ts';
import { BoundedText } from '../../shared/process/bounded-text.ts';
import { runBriefly, type BriefExit } from '../../shared/process/brief-program.ts';
import { startGroup } from '../../shared/process/process-group.ts';
import { startProblem } from '../../shared/process/start-problem.ts';

export interface GitStart {
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly input?: string | Uint8Array | Promise<string>;
  readonly signal?: AbortSignal;
  /** Bytes of output that are wanted. */
  readonly limit?: number;
  /** Nothing of it outlives this process. */
  readonly guarded?: boolean;
}

/** One start of the git program, never through a shell. @throws OrchestraError GIT_MISSING, and what keeps programs from starting */
export function runGit(args: readonly string[], start: GitStart): Promise<BriefExit> {
  return start.guarded === true ? runGuarded(args, start) : runPlainly(args, start);
}

async function runPlainly(args: readonly string[], start: GitStart): Promise<BriefExit> {
  try {
    return await runBriefly({ command: 'git', args, ...start, outputLimit: start.limit });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw startProblem(error, start.cwd);
    if (statSync(start.cwd, { throwIfNoEntry: false })?.isDirectory() !== true) throw startProblem(error, start.cwd);
    throw new OrchestraError('GIT_MISSING', 'The git program is not on the PATH.', { cause: error });
  }
}

async function runGuarded(args: readonly string[], start: GitStart): Promise<BriefExit> {
  const { cwd, env, timeoutMs } = start;
  const input = await start.input;
  const group = await startGroup({
    command: 'git',
    args,
    cwd,
    env,
    operation: `git/${randomUUID()}`,
    signal: start.signal ?? new AbortController().signal,
    timeoutMs,
    ...(input !== undefined && { stdin: typeof input === 'string' ? input : Buffer.from(input).toString('utf8') }),
  });
  const [stdout, stderr, { exitCode, signal, endedBy }] = await Promise.all([
    BoundedText.of(group.stdout, guardedOutput, guardedOutput),
    BoundedText.of(group.stderr, guardedOutput, guardedOutput),
    group.exited,
  ]);
  const reason = endedBy === 'end' ? undefined : endedBy;
  return { exitCode, signal, ...(reason && { endedBy: reason }), stdout: stdout.bytes(), stderr: stderr.text() };
}

/** Bytes kept at each end of what hooks and transports say. */
const guardedOutput = 256 * 1024;
