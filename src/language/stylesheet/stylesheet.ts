/** A parsed `model_stylesheet` (Attractor 8): rules in the order of the text. */
export interface Stylesheet {
  readonly rules: readonly StyleRule[];
}

export interface StyleRule {
  readonly selector: Selector;
  readonly declarations: readonly Declaration[];
}

/** What a rule speaks of, least specific first (8.3). */
export type Selector =
  | { readonly kind: 'universal' }
  | { readonly kind: 'shape'; readonly name: string }
  | { readonly kind: 'class'; readonly name: string }
  | { readonly kind: 'id'; readonly name: string };

export interface Declaration {
  readonly property: ModelProperty;
  readonly value: string;
}

/** The properties a stylesheet may set: those of 8.4, and `agent` as an extension. */
export type ModelProperty = (typeof modelProperties)[number];
export const modelProperties = ['llm_model', 'llm_provider', 'reasoning_effort', 'agent'] as const;
