import { addUsage } from '../../contract/add-usage.ts';
import type { Usage } from '../../contract/outcome.ts';
import type { AgentSession } from '../../engine/ports/agent.ts';
import { ownMember } from '../../shared/own-member.ts';
import type { KeptStepFacts } from '../../workspace/session/keep-changes.ts';
import { servicesWith } from '../../workspace/session/services-with.ts';
import type { ChoiceParts } from '../agent-choice.ts';
import { scriptedBackend } from '../backends.ts';

/** A model that answers a question beside the work of a step. */
export interface AskedModel {
  ask(this: void, prompt: string, signal: AbortSignal): Promise<string>;
  /** Of its answers so far. */
  readonly usage: Usage | undefined;
}

/** How long it may think about a few words. */
const patienceMs = 30_000;

/** Backends that ask nobody: their runs need no network, and cost nothing. */
const silent: ReadonlySet<string | null> = new Set([scriptedBackend, 'simulation']);

/** The `cheap` tier of the default provider; undefined where the project names none. */
export function cheapModel({ settings, registry }: ChoiceParts): ((step: KeptStepFacts) => AskedModel) | undefined {
  const { defaultProvider: provider, tiers } = settings.staff;
  const model = provider === undefined ? undefined : ownMember(ownMember(tiers, provider) ?? {}, 'cheap');
  const adapter = registry.get('direct');
  if (provider === undefined || model === undefined || !adapter || silent.has(settings.backend)) return undefined;
  return ({ call, services }) => {
    let usage: Usage | undefined;
    return {
      async ask(prompt, signal) {
        const session = await adapter.open({
          ...{ provider, model, call },
          // What is asked aside is no part of the step's conversation.
          services: servicesWith(services, { emit: () => Promise.resolve(), earlier: () => Promise.resolve([]) }),
          sessionId: `${services.runId}/${services.key}/words`,
          cwd: services.cwd,
          permissions: 'read-only',
          reasoningEffort: 'low',
          env: {},
        });
        const answer = await answerOf(session, prompt, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
        if (answer.usage) usage = addUsage(usage, answer.usage);
        return answer.text;
      },
      get usage() {
        return usage;
      },
    };
  };
}

async function answerOf(
  session: AgentSession,
  prompt: string,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly usage?: Usage }> {
  try {
    for await (const event of session.prompt(prompt, signal)) {
      if (event.type !== 'result') continue;
      if (!event.ok) throw new Error(event.error);
      return { text: event.text, ...(event.usage && { usage: event.usage }) };
    }
    throw new Error('it ended without an answer');
  } finally {
    await session.close();
  }
}
