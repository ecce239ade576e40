import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen, type CircuitBreakerPolicy } from 'cockatiel';
import type { StepEvent } from '../../contract/event.ts';

export interface CircuitOptions {
  /** Failures one after the other that open it. */
  readonly failures: number;
  /** How long it then rests before one call is let through. */
  readonly restMs: number;
}

/** Whose calls it counts. */
export interface CircuitOwner {
  readonly agent: string;
  readonly model?: string;
}

/** How a call that was let through ended; to be told exactly once. */
export interface Call {
  /** The agent answered, whatever it said. */
  answered(): Promise<void>;
  /** It could not, for a reason that may pass. */
  failed(reason: string): Promise<void>;
  /** It says nothing of whether the agent works: nobody waited for its end, or it met a limit of use. */
  inconclusive(reason: string): Promise<void>;
}

/** Why a call is not let through, and after how many milliseconds one may be. */
export interface Refusal {
  readonly refusal: string;
  readonly retryAfterMs: number;
}

type State = Extract<StepEvent, { type: 'AgentCircuitChanged' }>['state'];

/**
 * The circuit breaker of one agent and model: after some failures in a row its calls are refused for a while, then one is
 * let through to see. Others are refused while that one is under way: they may have another agent, and it may take long.
 */
export class Circuit {
  readonly #owner: CircuitOwner;
  readonly #options: CircuitOptions;
  readonly #policy: CircuitBreakerPolicy;
  #told: State = 'closed';
  #reason = '';
  #openedAt = 0;

  constructor(owner: CircuitOwner, options: CircuitOptions) {
    this.#owner = owner;
    this.#options = options;
    this.#policy = circuitBreaker(
      handleWhen((error) => error instanceof CallFailed),
      { halfOpenAfter: options.restMs, breaker: new ConsecutiveBreaker(options.failures) },
    );
    this.#policy.onBreak(() => {
      // The clock the policy itself looks at.
      this.#openedAt = Date.now();
    });
  }

  /** Lets a call through, or says why not. */
  async admit(): Promise<Call | Refusal> {
    if (this.#state === 'half-open') return this.#refused('one call tries whether it can again', this.#options.restMs);
    const { promise: verdict, resolve, reject } = Promise.withResolvers<void>();
    const { promise: admitted, resolve: admit } = Promise.withResolvers<State | undefined>();
    const ended = this.#policy
      .execute(() => {
        admit(this.#state);
        return verdict;
      })
      // What a call came to is told by whoever made it; a refusal is the only other reason.
      .catch(() => admit(undefined));
    const state = await admitted;
    if (state === undefined) {
      const { restMs } = this.#options;
      return this.#refused(`it rests for ${restMs / 1_000} s`, Math.max(0, this.#openedAt + restMs - Date.now()));
    }
    const fail = async (reason: string): Promise<void> => {
      this.#reason = reason;
      reject(new CallFailed(reason));
      await ended;
    };
    return {
      async answered() {
        resolve();
        await ended;
      },
      failed: fail,
      // A probe that says nothing has not shown that the agent can again; any other call counts neither way.
      inconclusive: async (reason) => (state === 'half-open' ? fail(reason) : undefined),
    };
  }

  /** What became of it since it was last asked. */
  changes(): readonly StepEvent[] {
    const state = this.#state;
    if (state === this.#told) return [];
    this.#told = state;
    return [{ type: 'AgentCircuitChanged', ...this.#owner, state, reason: this.#reasonOf(state) }];
  }

  get #state(): State {
    return stateNames[this.#policy.state];
  }

  #refused(why: string, retryAfterMs: number): Refusal {
    const { failures } = this.#options;
    const failed = failures === 1 ? 'failed' : `failed ${failures} times in a row`;
    const refusal = `${this.#owner.agent} ${failed}, and ${why}: ${this.#reason}`;
    return { refusal, retryAfterMs };
  }

  #reasonOf(state: State): string {
    switch (state) {
      case 'open':
        return this.#reason;
      case 'half-open':
        return `it has rested for ${this.#options.restMs / 1_000} s`;
      case 'closed':
        return 'a call was answered';
    }
  }
}

class CallFailed extends Error {}

const stateNames: Readonly<Record<CircuitState, State>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  // Held open by hand, which nobody does.
  [CircuitState.Isolated]: 'open',
};
