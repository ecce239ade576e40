import { z } from 'zod';
import { providerTypes } from './provider-types.ts';

/** Never a literal key: those are not written in capitals only. */
const reference = z
  .string()
  .regex(
    /^(?:secret:)?[A-Z_][A-Z0-9_]*$/,
    'must name an environment variable (`MY_KEY` or `secret:MY_KEY`), not hold a key',
  );

const tokens = z.int().positive();

/** Settings of one provider. */
const provider = z.strictObject({
  type: z.enum(providerTypes).optional().describe("The wire format; the provider's own name unless given."),
  models: z
    .record(z.string(), z.string())
    .optional()
    .describe("The provider's models by tier: `smart`, `worker`, `cheap`, or any other word."),
  api_key: reference
    .optional()
    .describe(
      "Where its key is: the name of an environment variable, also as `secret:NAME`. The vendor's own variable unless given.",
    ),
  api_base: z
    .url()
    .optional()
    .describe('Base URL of its API, up to what stands before `/messages`, `/responses` or `/chat/completions`.'),
  max_tokens: tokens.optional().describe('Most tokens one answer may have.'),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe('Sent with every request; a value `secret:NAME` stands for that environment variable.'),
  timeout: z
    .union([z.number().positive(), z.string().regex(/^\d+(?:ms|s|m|h)$/)])
    .optional()
    .describe('How long it may be silent: seconds, or a duration such as `10m`.'),
  reasoning: z
    .boolean()
    .optional()
    .describe('Whether it is told the reasoning effort of a node; of providers that know such a thing.'),
  local: z
    .boolean()
    .optional()
    .describe(
      'Its models run on this machine or network: they work offline and give advice only. So do those of local types, and of `openai-compatible` ones at a loopback address, unless this says otherwise.',
    ),
  allow_local_writes: z
    .boolean()
    .optional()
    .describe(
      "Lets its models change files and run programs; models of one's own may only give advice unless this is set.",
    ),
  local_diff_limit: z
    .int()
    .positive()
    .optional()
    .describe('Most lines its models may change in one task; needed with `allow_local_writes`.'),
  local_verify: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The shell command that must succeed after its models changed something; needed with `allow_local_writes`.',
    ),
  settings: z
    .strictObject({ max_tokens: tokens.optional(), api_base: z.url().optional() })
    .optional()
    .describe('An older place of two of the keys above; what stands there counts where they are absent.'),
});

/** `providers` of orchestra.yaml, after reading. */
export interface ProvidersSection {
  readonly default?: string;
  readonly named: Readonly<Record<string, ProviderSettings>>;
}

/** `providers` of orchestra.yaml: `default`, and any number of providers by name. */
// The type that zod infers of a `catchall` cannot be written down in declarations.
export const providersSection: z.ZodType<ProvidersSection> = z
  .object({
    default: z.string().optional().describe('The provider of nodes that name none.'),
  })
  .catchall(provider)
  // Apart, so that a reader need not tell the one key from the others.
  .transform(({ default: standard, ...named }) => ({
    ...(standard !== undefined && { default: standard }),
    // The rest of a `catchall`, which its type cannot say.
    named: named as Readonly<Record<string, ProviderSettings>>,
  }));

export type ProviderSettings = z.infer<typeof provider>;
