import type { StepEvent } from '../../contract/event.ts';
import type { Usage } from '../../contract/outcome.ts';
import type { AgentAdapter, AgentEvent, AgentSession, OpenSession } from '../../engine/ports/agent.ts';
import type { Prices } from './prices.ts';
import { withPrompt } from './with-prompt.ts';

/** How many runs and models are remembered as warned of; a process may walk runs for months. */
const remembered = 10_000;

/** Says once for each run and model that its cost is not counted. */
export class UnknownPrices {
  readonly #told = new Set<string>();

  /** The warning, unless this run has had it. */
  warn(runId: string, agent: string, model: string | undefined): readonly StepEvent[] {
    const key = JSON.stringify([runId, agent, model]);
    if (this.#told.has(key)) return [];
    if (this.#told.size >= remembered) this.#told.clear();
    this.#told.add(key);
    const message =
      model === undefined
        ? `${agent} tells neither what it costs nor which model it used: its cost is not counted`
        : `no price is known for the model ${model} of ${agent}: its cost is not counted; name one under prices in orchestra.yaml`;
    return [{ type: 'AgentWarning', message }];
  }
}

/** The agent with a cost beside the tokens it tells; what it says of the cost itself stands. */
export function withPrices(adapter: AgentAdapter, prices: Prices, unknown: UnknownPrices): AgentAdapter {
  return {
    ...adapter,
    open: async (request) =>
      pricedSession(await adapter.open(request), { agent: adapter.id, request, prices, unknown }),
  };
}

interface Pricing {
  readonly agent: string;
  readonly request: OpenSession;
  readonly prices: Prices;
  readonly unknown: UnknownPrices;
}

function pricedSession(session: AgentSession, pricing: Pricing): AgentSession {
  return withPrompt(session, (text, signal) => pricedTurn(session.prompt(text, signal), pricing));
}

async function* pricedTurn(turn: AsyncIterable<AgentEvent>, pricing: Pricing): AsyncGenerator<AgentEvent> {
  let { model } = pricing.request;
  for await (const event of turn) {
    if (event.type === 'AgentSessionStarted') model = event.model ?? model;
    if (event.type === 'AgentUsage') {
      const { costUsd, warnings } = priced(event, model, pricing);
      yield* warnings;
      yield { ...event, ...(costUsd !== undefined && { costUsd }) };
    } else if (event.type === 'result' && event.usage) {
      const { costUsd, warnings } = priced(event.usage, model, pricing);
      yield* warnings;
      yield { ...event, usage: { ...event.usage, ...(costUsd !== undefined && { costUsd }) } };
    } else {
      yield event;
    }
  }
}

function priced(
  usage: Usage,
  sessionModel: string | undefined,
  { agent, request, prices, unknown }: Pricing,
): { readonly costUsd?: number; readonly warnings: readonly StepEvent[] } {
  if (usage.costUsd !== undefined) return { costUsd: usage.costUsd, warnings: [] };
  const model = usage.model ?? sessionModel;
  const costUsd = model === undefined ? undefined : prices.costOf(usage, { model, provider: request.provider });
  if (costUsd !== undefined) return { costUsd, warnings: [] };
  return { warnings: unknown.warn(request.services.runId, agent, model) };
}
