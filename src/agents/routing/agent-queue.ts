import { bulkhead, type BulkheadPolicy } from 'cockatiel';
import type { StepEvent } from '../../contract/event.ts';
import type { RoutingClock } from './routing-clock.ts';
import { TokenBucket } from './token-bucket.ts';

/** What one agent may be asked; absent means without limit. */
export interface AgentLimits {
  /** Turns at the same time. */
  readonly maxConcurrent?: number;
  /** Turns begun. */
  readonly requestsPerMinute?: number;
  /** Tokens in and out. What a turn takes is known only at its end, so the next ones wait for it. */
  readonly tokensPerMinute?: number;
}

/** Whose calls wait in a queue. */
export interface QueueOwner {
  readonly agent: string;
  readonly model?: string;
}

/** The line before one agent: in front of it are those who wait for a place, then for a request, then for tokens. */
export class AgentQueue {
  readonly #clock: RoutingClock;
  readonly #limits: AgentLimits;
  readonly #places: BulkheadPolicy | undefined;
  readonly #requests: TokenBucket | undefined;
  readonly #tokens: TokenBucket | undefined;

  constructor(limits: AgentLimits, clock: RoutingClock) {
    const { maxConcurrent, requestsPerMinute, tokensPerMinute } = limits;
    this.#clock = clock;
    this.#limits = limits;
    this.#places = maxConcurrent === undefined ? undefined : bulkhead(maxConcurrent, Infinity);
    this.#requests = bucket(requestsPerMinute, clock);
    this.#tokens = bucket(tokensPerMinute, clock);
  }

  /**
   * Waits until the limits let a turn begin, telling of every wait; returns how to leave. Throws the reason of `signal`
   * when it aborts, and has then left.
   */
  async *enter(owner: QueueOwner, signal: AbortSignal): AsyncGenerator<StepEvent, () => void> {
    if (this.#places?.executionSlots === 0)
      yield queued(owner, `${this.#limits.maxConcurrent} of its turns are under way`);
    const leave = this.#places ? await placeIn(this.#places, signal) : () => undefined;
    let isIn = false;
    try {
      yield* this.#awaitRequest(owner, signal);
      yield* this.#awaitTokens(owner, signal);
      isIn = true;
    } finally {
      // Whether the wait was aborted, or whoever reads of it stopped.
      if (!isIn) leave();
    }
    return leave;
  }

  /** What a turn used, known once it is over. */
  used(tokens: number): void {
    this.#tokens?.take(tokens);
  }

  /** A request is reserved before it is waited for, so that those who come later wait longer. */
  async *#awaitRequest(owner: QueueOwner, signal: AbortSignal): AsyncGenerator<StepEvent, void> {
    if (!this.#requests) return;
    this.#requests.take(1);
    const { waitMs } = this.#requests;
    if (waitMs === 0) return;
    let hasWaited = false;
    try {
      yield queued(owner, `${this.#limits.requestsPerMinute} requests a minute`, waitMs);
      await this.#clock.sleep(waitMs, signal);
      hasWaited = true;
    } finally {
      if (!hasWaited) this.#requests.take(-1);
    }
  }

  /** Turns that end meanwhile may use up more, which is then waited for as well. */
  async *#awaitTokens(owner: QueueOwner, signal: AbortSignal): AsyncGenerator<StepEvent, void> {
    for (let waitMs = this.#tokens?.waitMs ?? 0; waitMs > 0; waitMs = this.#tokens?.waitMs ?? 0) {
      yield queued(owner, `${this.#limits.tokensPerMinute} tokens a minute`, waitMs);
      await this.#clock.sleep(waitMs, signal);
    }
  }
}

function bucket(perMinute: number | undefined, clock: RoutingClock): TokenBucket | undefined {
  return perMinute === undefined ? undefined : new TokenBucket(perMinute, () => clock.now());
}

function queued(owner: QueueOwner, reason: string, waitMs?: number): StepEvent {
  return { type: 'AgentQueued', ...owner, reason, ...(waitMs !== undefined && { waitMs }) };
}

/** Takes a place as soon as one is free; the result gives it back. */
function placeIn(places: BulkheadPolicy, signal: AbortSignal): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    // Who waits in the bulkhead and gives up is only noticed there when a place becomes free.
    const giveUp = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
    places
      .execute(() => {
        signal.removeEventListener('abort', giveUp);
        resolve(leave);
        return left;
      }, signal)
      .catch(giveUp);
  });
}
