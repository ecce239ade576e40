import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from '../../../engine/ports/journal.ts';
import { messageOf } from '../../../shared/errors.ts';
import { loadBlake3 } from '../../../shared/hash.ts';
import { HttpProblem } from '../http-client.ts';
import type { CxdbServer } from '../server.ts';
import { ConnectionLost } from '../wire/connection.ts';
import { openLink, type CxdbLink } from './link.ts';
import { Positions } from './positions.ts';
import { RunLock } from './run-lock.ts';
import { RunMirror } from './run-mirror.ts';

export interface MirrorOptions {
  readonly journal: Pick<Journal, 'run' | 'tail' | 'getBlob' | 'leaseOf'>;
  readonly server: CxdbServer;
  /** Where positions are kept between processes. */
  readonly folder: string;
  /** Told what a person should know: an outage, a loss. */
  readonly notice: (text: string) => void;
  readonly timing?: Partial<MirrorTiming>;
}

/** All in milliseconds. */
export interface MirrorTiming {
  /** How long commits are gathered before they are sent. */
  readonly gatherMs: number;
  readonly firstRetryMs: number;
  readonly mostRetryMs: number;
  /** How long the server may take to answer. */
  readonly answerMs: number;
}

const usualTiming: MirrorTiming = { gatherMs: 20, firstRetryMs: 100, mostRetryMs: 5_000, answerMs: 10_000 };

/** A run that ends the connection at the same place so often is not taken by the server. */
const mostRefusals = 5;

/** A run as the mirror goes about it. */
interface Mirrored {
  readonly mirror: RunMirror;
  readonly lock: RunLock;
  refusals: { readonly at: number; readonly times: number };
}

/**
 * Copies runs to a CXDB server in the background. Whoever commits turns notes their run, which costs nothing: the turns
 * themselves are read from the journal when they can be sent. So nothing piles up while the server is away, nothing
 * waits for it, and nothing is committed for it. One worker goes from run to run; a server that is away is
 * tried again at growing intervals.
 */
export class Mirror {
  readonly #options: MirrorOptions;
  readonly #timing: MirrorTiming;
  readonly #positions: Positions;
  /** Runs that may have turns to send, in the order they were noted. */
  readonly #dirty = new Set<string>();
  readonly #noted = new Set<string>();
  readonly #runs = new Map<string, Mirrored>();
  /** Runs that cannot be mirrored, or only by another process. */
  readonly #left = new Set<string>();
  #link: CxdbLink | undefined;
  #wasLinked = false;
  #attempts = 0;
  #working: Promise<void> | undefined;
  /** Marks for later processes being written. */
  #marking: Promise<unknown> = Promise.resolve();
  #interrupt = new AbortController();
  #hurried = false;
  readonly #end = new AbortController();
  #problem: string | undefined;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#timing = { ...usualTiming, ...options.timing };
    this.#positions = new Positions(options.folder);
  }

  /** Takes up what processes before this one did not come to. */
  async resume(): Promise<void> {
    for (const run of await this.#positions.awaited()) {
      const lease = await this.#options.journal.leaseOf(run);
      // Who walks a run mirrors it, too.
      if (!lease?.alive) this.note(run);
    }
  }

  /** A run has new turns. */
  note(run: string): void {
    if (this.#isClosed || this.#left.has(run)) return;
    if (!this.#noted.has(run)) {
      this.#noted.add(run);
      this.#marking = Promise.all([this.#marking, this.#mark(run)]);
    }
    this.#dirty.add(run);
    this.#working ??= this.#work();
  }

  /**
   * Waits until everything noted is mirrored, no longer than the limit, and not at all for a server that was
   * never there.
   * @returns runs of which something is missing, and why
   */
  async flush(limitMs: number): Promise<Unmirrored | undefined> {
    this.#hurried = true;
    this.#interrupt.abort();
    const limit = new AbortController();
    const late = delay(limitMs, undefined, { signal: limit.signal }).catch(() => undefined);
    await Promise.race([this.#working, late]);
    limit.abort();
    this.#hurried = false;
    const runs = [...new Set([...this.#dirty, ...this.#left])];
    return runs.length === 0 ? undefined : { runs, reason: this.#problem ?? 'there was no time left' };
  }

  /** Ends the work where it stands. */
  async close(): Promise<void> {
    this.#end.abort();
    this.#interrupt.abort();
    await Promise.all([this.#working, this.#marking]);
    for (const [run, mirrored] of this.#runs) await this.#conclude(run, mirrored);
    this.#runs.clear();
  }

  get #isClosed(): boolean {
    return this.#end.signal.aborted;
  }

  async #work(): Promise<void> {
    try {
      while (this.#dirty.size > 0 && !this.#isClosed) {
        if (!this.#hurried) await this.#pause(this.#timing.gatherMs);
        const link = await this.#linked();
        if (link) await this.#next(link);
        else if (this.#hurried && !this.#wasLinked) break;
        else await this.#pause(this.#retryMs());
      }
    } catch (thrown) {
      // A defect of the mirror is none of the run's.
      for (const run of this.#dirty) this.#leave(run, messageOf(thrown));
      this.#dirty.clear();
    } finally {
      this.#working = undefined;
    }
  }

  /** Sends what the next run has. */
  async #next(link: CxdbLink): Promise<void> {
    const [run] = this.#dirty;
    if (run === undefined) return;
    this.#dirty.delete(run);
    try {
      const mirrored = await this.#mirrored(run);
      if (!mirrored) return;
      await mirrored.mirror.catchUp(link);
      this.#attempts = 0;
    } catch (thrown) {
      if (isLoss(thrown)) this.#lost(run, thrown);
      else this.#leave(run, messageOf(thrown));
    }
  }

  /** Undefined while another process is at it; that one goes on with it. */
  async #mirrored(run: string): Promise<Mirrored | undefined> {
    const known = this.#runs.get(run);
    if (known) return known;
    const lock = await RunLock.take(this.#positions.lockPath(run));
    if (!lock) return undefined;
    const { journal, notice } = this.#options;
    const contextOf = (other: string, link: CxdbLink): Promise<bigint | undefined> => this.#contextOf(other, link);
    const mirror = new RunMirror(run, { journal, notice, positions: this.#positions, contextOf });
    const mirrored = { mirror, lock, refusals: { at: 0, times: 0 } };
    this.#runs.set(run, mirrored);
    return mirrored;
  }

  async #contextOf(run: string, link: CxdbLink): Promise<bigint | undefined> {
    const mirrored = await this.#mirrored(run);
    return mirrored ? mirrored.mirror.catchUp(link) : (await this.#positions.read(run, link.server))?.context;
  }

  async #linked(): Promise<CxdbLink | undefined> {
    if (this.#link) return this.#link;
    const { server, notice } = this.#options;
    try {
      const digest = await loadBlake3();
      const patience = { timeoutMs: this.#timing.answerMs, signal: this.#end.signal };
      this.#link = await openLink({ server, digest, patience });
    } catch (thrown) {
      if (!isLoss(thrown)) throw thrown;
      this.#away(thrown);
      return undefined;
    }
    if (this.#link.bundle === 'different' && !this.#wasLinked)
      notice(`CXDB at ${server.http.href} knows our types otherwise and will not show turns by their fields`);
    this.#wasLinked = true;
    this.#problem = undefined;
    return this.#link;
  }

  #lost(run: string, loss: Error): void {
    this.#link?.connection.close();
    this.#link = undefined;
    if (this.#isClosed) return void this.#dirty.add(run);
    const mirrored = this.#runs.get(run);
    if (mirrored) {
      const { mirror, refusals } = mirrored;
      const times = refusals.at === mirror.acknowledged ? refusals.times + 1 : 1;
      mirrored.refusals = { at: mirror.acknowledged, times };
      if (times >= mostRefusals) return this.#leave(run, `CXDB does not take what follows turn ${mirror.acknowledged}`);
    }
    this.#dirty.add(run);
    this.#away(loss);
  }

  /** Told once for each outage. */
  #away(loss: Error): void {
    this.#attempts += 1;
    if (this.#problem === undefined && !this.#hurried) {
      const { server, notice } = this.#options;
      notice(`CXDB at ${server.http.href} cannot be reached (${loss.message}); the run goes on and is mirrored later`);
    }
    this.#problem = loss.message;
  }

  #leave(run: string, problem: string): void {
    this.#left.add(run);
    this.#problem = problem;
    this.#options.notice(`run ${run} is not mirrored any further: ${problem}`);
  }

  #retryMs(): number {
    const { firstRetryMs, mostRetryMs } = this.#timing;
    return Math.min(mostRetryMs, firstRetryMs * 2 ** (this.#attempts - 1));
  }

  /** Ends early when there is a hurry. The process does not stay for it. */
  async #pause(ms: number): Promise<void> {
    if (this.#interrupt.signal.aborted) this.#interrupt = new AbortController();
    if (this.#isClosed) return;
    await delay(ms, undefined, { signal: this.#interrupt.signal, ref: false }).catch(() => undefined);
  }

  #mark(run: string): Promise<void> {
    return this.#keeping(() => this.#positions.await(run));
  }

  async #conclude(run: string, { mirror, lock }: Mirrored): Promise<void> {
    await this.#keeping(async () => {
      await mirror.keepPosition();
      if (!this.#dirty.has(run) && !this.#left.has(run)) await this.#positions.settle(run);
      await lock.release();
    });
  }

  /** What cannot be kept costs no run anything: the server is asked what it has. */
  async #keeping(keep: () => Promise<void>): Promise<void> {
    try {
      await keep();
    } catch (thrown) {
      this.#options.notice(`the mirror cannot keep its place: ${messageOf(thrown)}`);
    }
  }
}

export interface Unmirrored {
  readonly runs: readonly string[];
  readonly reason: string;
}

function isLoss(thrown: unknown): thrown is Error {
  return thrown instanceof ConnectionLost || thrown instanceof HttpProblem;
}
