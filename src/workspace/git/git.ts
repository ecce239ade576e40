import { setTimeout as delay } from 'node:timers/promises';
import { OrchestraError } from '../../shared/errors.ts';
import { allowedVariables, configVariables, fixedConfig } from './git-environment.ts';
import { gitFailure, lockIn, type GitExit } from './git-failure.ts';
import { gitProgram } from './git-program.ts';
import { runGit } from './run-git.ts';
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

const defaultTimeoutMs = 60_000;

/** Waiting for another git to finish: about ten seconds in all. */
const lockPausesMs = [50, 100, 200, 400, 800, 1_600, 3_200, 3_200];

/** The git program. Never through a shell; every call has an end. */
export class Git {
  readonly #env: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal | undefined;
  readonly #lockPausesMs: readonly number[];
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
    const config = { ...fixedConfig, ...(await gitProgram(this.#env)), ...call.config };
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
    const exit = await runGit(args, { ...call, env, timeoutMs });
    call.signal?.throwIfAborted();
    if (exit.endedBy === 'limit') return { exitCode: 0, stdout: exit.stdout, stderr: exit.stderr };
    const { exitCode, stdout, stderr } = exit;
    if (exitCode === null || exit.endedBy === 'timeout') {
      const how = exit.endedBy === 'timeout' ? `ended after ${timeoutMs / 1_000} seconds` : `ended by ${exit.signal}`;
      throw gitFailure(args, call.cwd, { exitCode: 1, stdout, stderr: `${how}\n${stderr}` });
    }
    return { exitCode, stdout, stderr };
  }
}

function lockedFailure(lock: string): OrchestraError {
  return new OrchestraError('GIT_LOCKED', `Another git holds ${lock}.`, {
    hint: `Wait for it to end, or, where none runs any more, remove the file (rm '${lock}'); then go on with \`orchestra resume RUN\`.`,
    details: { lock },
  });
}
