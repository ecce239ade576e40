import { OrchestraError } from '../../shared/errors.ts';
import { ownMember } from '../../shared/own-member.ts';

/** The words by which pipelines ask for a kind of model; a project says which model each is. */
export const modelTiers = ['smart', 'worker', 'cheap'] as const;

/** What is asked for of one agent. */
export interface ModelWish {
  /** The agent that would use it. */
  readonly agent: string;
  /** A tier, or the name of a model. */
  readonly model?: string;
  readonly provider?: string;
  /** A word that is no tier here is taken as it stands, even where it usually is one. */
  readonly takesAnyWord?: boolean;
}

/** What a project says of models. */
export interface ModelMap {
  /** The provider of backends that talk to models themselves, where nothing names one. */
  readonly defaultProvider?: string;
  /** Models by provider and tier. */
  readonly providers: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What is said of single agents: the models they have by tier, and what they use where nothing says otherwise. */
  readonly agents: Readonly<Record<string, AgentModels>>;
}

export interface AgentModels {
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly models?: Readonly<Record<string, string>> | undefined;
}

export interface ChosenModel {
  /** Absent: the agent's own choice. */
  readonly model?: string;
  readonly provider?: string;
}

/**
 * The model a wish comes to. A tier is looked up with the agent, then with its provider; another word is the name of a
 * model. What the wish leaves open is as the project says of the agent.
 * @param ownProvider the provider of an agent that works with one only
 * @throws OrchestraError MODEL_UNMAPPED for a tier that has no model here
 */
export function chooseModel(map: ModelMap, wish: ModelWish, ownProvider?: string): ChosenModel {
  const own = ownMember(map.agents, wish.agent) ?? {};
  const provider = wish.provider ?? own.provider ?? ownProvider ?? map.defaultProvider;
  const wanted = wish.model ?? own.model;
  const named = provider === undefined ? {} : { provider };
  if (wanted === undefined) return named;
  const ofProvider = provider === undefined ? undefined : ownMember(map.providers, provider);
  const model = ownMember({ ...ofProvider, ...own.models }, wanted) ?? wanted;
  if (model === wanted && isTier(wanted) && !wish.takesAnyWord) throw unmapped(wanted, wish.agent, provider);
  return { model, ...named };
}

function isTier(word: string): boolean {
  return modelTiers.some((tier) => tier === word);
}

function unmapped(tier: string, agent: string, provider: string | undefined): OrchestraError {
  const places = [
    `agents.${agent}.models.${tier}`,
    ...(provider === undefined ? [] : [`providers.${provider}.models.${tier}`]),
  ];
  return new OrchestraError('MODEL_UNMAPPED', `no model is named for the tier "${tier}" of ${agent}`, {
    hint: `Name it in orchestra.yaml: ${places.map((place) => `\`${place}\``).join(' or ')}.`,
  });
}
