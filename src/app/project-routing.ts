import type { AgentLimits } from '../agents/routing/agent-queue.ts';
import type { CircuitOptions } from '../agents/routing/circuit.ts';
import type { Price } from '../agents/routing/price-list.ts';
import { Routing, type RoutingSettings } from '../agents/routing/routing.ts';
import type { LimitsSection } from '../contract/config/limits.ts';
import type { PricesSection } from '../contract/config/prices.ts';
import { parseDuration } from '../shared/duration.ts';

/** What `orchestra.yaml` says of limits and prices. */
export interface RoutingSections {
  readonly limits?: LimitsSection | undefined;
  readonly prices?: PricesSection | undefined;
}

/**
 * What stands before the agents, by home of the project: all runs of one project in one process use the same accounts, so
 * what one of them learns of an agent the others know, however many times the project is opened.
 */
export class ProjectRoutings {
  readonly #known = new Map<string, { readonly sections: string; readonly routing: Routing }>();

  /** That of a project; a new one where its `orchestra.yaml` has changed since. */
  of(home: string, { limits, prices }: RoutingSections): Routing {
    const sections = JSON.stringify([limits, prices]);
    const known = this.#known.get(home);
    if (known?.sections === sections) return known.routing;
    const routing = new Routing(routingSettings({ limits, prices }));
    this.#known.set(home, { sections, routing });
    return routing;
  }
}

/** Those of this process: the one thing that projects opened one after the other share. */
export const processRoutings = new ProjectRoutings();

/** How long a visit may wait in all for limits of agents, in milliseconds; undefined where nothing says so. */
export function maxLimitWaitOf({ limits }: RoutingSections): number | undefined {
  return millisecondsOf(limits?.max_usage_wait);
}

function routingSettings({ limits = {}, prices = {} }: RoutingSections): RoutingSettings {
  return {
    circuit: circuitOf(limits.circuit),
    agents: new Map(Object.entries(limits.agents ?? {}).map(([name, said]) => [name, agentLimitsOf(said)])),
    prices: Object.entries(prices).map(([model, said]) => priceOf(model, said)),
  };
}

function circuitOf({ failures, rest }: NonNullable<LimitsSection['circuit']> = {}): Partial<CircuitOptions> {
  const restMs = millisecondsOf(rest);
  return { ...(failures !== undefined && { failures }), ...(restMs !== undefined && { restMs }) };
}

function agentLimitsOf(said: NonNullable<LimitsSection['agents']>[string]): AgentLimits {
  const { max_concurrent: maxConcurrent, requests_per_minute: requests, tokens_per_minute: tokens } = said;
  return {
    ...(maxConcurrent !== undefined && { maxConcurrent }),
    ...(requests !== undefined && { requestsPerMinute: requests }),
    ...(tokens !== undefined && { tokensPerMinute: tokens }),
  };
}

function priceOf(
  model: string,
  { cache_read: cacheRead, cache_write: cacheWrite, provider, ...said }: PricesSection[string],
): Price {
  return {
    model,
    ...said,
    ...(provider !== undefined && { provider }),
    ...(cacheRead !== undefined && { cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite }),
  };
}

/** The schema has checked that it is a duration. */
function millisecondsOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}
