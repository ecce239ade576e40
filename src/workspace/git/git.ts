import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { OrchestraError } from '../../shared/errors.ts';
import { BoundedText } from '../../shared/process/bounded-text.ts';
import { runBriefly, type BriefExit } from '../../shared/process/brief-program.ts';
import { findProgram } from '../../shared/process/find-program.ts';
import { startGroup } from '../../shared/process/process-group.ts';
import { startProblem } from '../../shared/process/start-problem.ts';
import { allowedVariables, configVariables, fixedConfig, withoutLfs } from './git-environment.ts';
import { gitFailure, lockIn, type GitExit } from './git-failure.ts';
import { removeStaleLock } from './stale-lock.ts';

export interface GitCall {
  readonly cwd: string;
  /** What is promised is given to git when it is there; nothing where that fails. */
  readonly input?: string | Uint8Array | Promise<string>;
  readonly env?: Readonly<Record<string, string>>;
  /** Configuration of this call, above that of the user. */
  readonly config?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** One minute unless told. */
  readonly timeoutMs?: number;
  /** Bytes of output that are wanted; git is ended when there are more. */
  readonly limit?: number;
  /** Programs of others run in it, which may take long (hooks, transports): nothing of it outlives this process. */
  readonly guarded?: boolean;
}

/** `git merge-tree --write-tree` came with it. */
const oldestVersion = [2, 38] as const;
const defaultTimeoutMs = 60_000;

/** Waiting for another git to finish: about ten seconds in all. */
const lockPausesMs = [50, 100, 200, 400, 800, 1_600, 3_200, 3_200];

/** The git program. Never through a shell; every call has an end. */
export class Git {
  readonly #env: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal | undefined;
  readonly #lockPausesMs: readonly number[];
  #ready: Promise<Readonly<Record<string, string>>> | undefined;
  #known = new Map<string, Promise<string>>();

  /**
   * @param options.env the user's environment, of which git sees what it needs
   * @param options.signal ends every call that has no signal of its own
   * @param options.lockPausesMs how long to wait before each further attempt while another git holds a lock
   */
  constructor(options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly signal?: AbortSignal | undefined;
    readonly lockPausesMs?: readonly number[];
  }) {
    this.#env = allowedVariables(options.env);
    this.#signal = options.signal;
    this.#lockPausesMs = options.lockPausesMs ?? lockPausesMs;
  }

  /** The same, ended by a signal: what is done for one step. */
  until(signal: AbortSignal): Git {
    const bound = new Git({ env: this.#env, signal, lockPausesMs: this.#lockPausesMs });
    this.#ready ??= this.#prepare();
    bound.#ready = this.#ready;
    bound.#known = this.#known;
    return bound;
  }

  /** What it prints, without the last line's end. @throws OrchestraError GIT_FAILED where it fails, and as `run` */
  async text(args: readonly string[], call: GitCall): Promise<string> {
    return (await this.bytes(args, call)).toString('utf8').replace(/\n$/, '');
  }

  /** @throws OrchestraError GIT_FAILED where it fails, and as `run` */
  async bytes(args: readonly string[], call: GitCall): Promise<Buffer> {
    const exit = await this.run(args, call);
    if (exit.exitCode !== 0) throw gitFailure(args, call.cwd, exit);
    return exit.stdout;
  }

  /** What does not change while a run goes on, or shall not: asked for once. */
  known(key: string, ask: () => Promise<string>): Promise<string> {
    const known = this.#known.get(key) ?? ask();
    this.#known.set(key, known);
    known.catch(() => this.#known.delete(key));
    return known;
  }

  /** A setting of the user's, as it was when it was first asked for. Empty where it is not set. */
  setting(folder: string, name: string, type: 'bool' | 'path'): Promise<string> {
    return this.known(`setting ${name} ${folder}`, async () => {
      const args = ['config', `--type=${type}`, '--get', name];
      const exit = await this.run(args, { cwd: folder });
      if (exit.exitCode > 1) throw gitFailure(args, folder, exit);
      return exit.stdout.toString('utf8').replace(/\n$/, '');
    });
  }

  /**
   * Runs it, whatever its exit code. While another git holds the lock it needs, it is tried again.
   * @throws OrchestraError GIT_LOCKED, GIT_MISSING, GIT_TOO_OLD; GIT_FAILED where a signal or the time ended it;
   *   STORAGE_FAILED where a disk did
   */
  async run(args: readonly string[], call: GitCall): Promise<GitExit> {
    this.#ready ??= this.#prepare();
    const config = { ...fixedConfig, ...(await this.#ready), ...call.config };
    const signal = call.signal ?? this.#signal;
    for (let attempt = 0; ; attempt++) {
      const exit = await this.#once(args, { ...call, config, ...(signal && { signal }) });
      const lock = exit.exitCode === 0 ? undefined : lockIn(exit.stderr);
      if (lock === undefined) return exit;
      const pause = this.#lockPausesMs[attempt];
      const isOver = pause === undefined && (attempt > this.#lockPausesMs.length || !(await removeStaleLock(lock)));
      if (isOver) throw lockedFailure(lock);
      await delay(pause ?? 0, undefined, signal && { signal });
    }
  }

  async #once(args: readonly string[], call: GitCall): Promise<GitExit> {
    const env = { ...this.#env, ...call.env, ...configVariables(call.config ?? {}) };
    const timeoutMs = call.timeoutMs ?? defaultTimeoutMs;
    const exit = await (call.guarded === true ? runGuarded : runPlainly)(args, { ...call, env, timeoutMs });
    call.signal?.throwIfAborted();
    if (exit.endedBy === 'limit') return { exitCode: 0, stdout: exit.stdout, stderr: exit.stderr };
    const { exitCode, stdout, stderr } = exit;
    if (exitCode === null || exit.endedBy === 'timeout') {
      const how = exit.endedBy === 'timeout' ? `ended after ${timeoutMs / 1_000} seconds` : `ended by ${exit.signal}`;
      throw gitFailure(args, call.cwd, { exitCode: 1, stdout, stderr: `${how}\n${stderr}` });
    }
    return { exitCode, stdout, stderr };
  }

  /** Once: is git there and new enough, and Git LFS. */
  async #prepare(): Promise<Readonly<Record<string, string>>> {
    const path = this.#env['PATH'] ?? '';
    const [exit, lfs] = await Promise.all([this.#once(['version'], { cwd: '/' }), findProgram('git-lfs', path)]);
    const version = exit.stdout.toString('utf8').trim();
    const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
    if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1]))
      throw new OrchestraError('GIT_TOO_OLD', `${version} is older than ${oldestVersion.join('.')}.`);
    return lfs && lfs.problem === undefined ? {} : withoutLfs;
  }
}

interface ReadyCall extends GitCall {
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

async function runPlainly(args: readonly string[], call: ReadyCall): Promise<BriefExit> {
  try {
    return await runBriefly({ command: 'git', args, ...call, outputLimit: call.limit });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw startProblem(error, call.cwd);
    if (statSync(call.cwd, { throwIfNoEntry: false })?.isDirectory() !== true) throw startProblem(error, call.cwd);
    throw new OrchestraError('GIT_MISSING', 'The git program is not on the PATH.', { cause: error });
  }
}

async function runGuarded(args: readonly string[], call: ReadyCall): Promise<BriefExit> {
  const { cwd, env, timeoutMs } = call;
  const input = await call.input;
  const group = await startGroup({
    command: 'git',
    args,
    cwd,
    env,
    operation: `git/${randomUUID()}`,
    signal: call.signal ?? new AbortController().signal,
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

function lockedFailure(lock: string): OrchestraError {
  return new OrchestraError('GIT_LOCKED', `Another git holds ${lock}.`, {
    hint: `Wait for it to end, or, where none runs any more, remove the file (rm '${lock}'); then go on with \`orchestra resume RUN\`.`,
    details: { lock },
  });
}
