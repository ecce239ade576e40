import type { AgentAdapter } from '../../engine/ports/agent.ts';
import type { AgentLimits } from './agent-queue.ts';
import type { CircuitOptions } from './circuit.ts';
import { Circuits } from './circuits.ts';
import { Limits } from './limits.ts';
import type { Price } from './price-list.ts';
import { UnknownPrices, withPrices } from './priced-agent.ts';
import { Prices } from './prices.ts';

export interface RoutingSettings {
  readonly circuit?: Partial<CircuitOptions>;
  /** By id of the agent. */
  readonly agents?: ReadonlyMap<string, AgentLimits>;
  /** The user's, before those of the list. */
  readonly prices?: readonly Price[];
}

/** What stands before the agents of one project: limits of how much they are asked, circuit breakers, prices. */
export class Routing {
  readonly #limits: Limits;
  readonly #circuits: Circuits;
  readonly #prices: Prices;
  readonly #unknown = new UnknownPrices();

  constructor({ circuit = {}, agents = new Map(), prices = [] }: RoutingSettings = {}) {
    this.#limits = new Limits(agents);
    this.#circuits = new Circuits(circuit);
    this.#prices = new Prices(prices);
  }

  guard(adapter: AgentAdapter): AgentAdapter {
    return this.limit(withPrices(adapter, this.#prices, this.#unknown));
  }

  /**
   * The limits and the circuit breaker without the prices, for an agent that knows itself what it costs. Who waited for a
   * limit asks the circuit breaker only then: it may have opened meanwhile.
   */
  limit(adapter: AgentAdapter): AgentAdapter {
    return this.#limits.guard(this.#circuits.guard(adapter));
  }
}
