import { z } from 'zod';
import { duration } from './duration.ts';

const agentLimits = z.strictObject({
  max_concurrent: z.int().positive().optional().describe('Turns that may go on at the same time.'),
  requests_per_minute: z.int().positive().optional().describe('Turns that may begin in a minute.'),
  tokens_per_minute: z
    .int()
    .positive()
    .optional()
    .describe('Tokens, in and out. What a turn takes is known at its end, and the next ones wait for it.'),
});

/** How much agents are asked, and what happens when they cannot. Shared by all runs of one project in one process. */
export const limitsSection = z
  .strictObject({
    max_usage_wait: duration
      .optional()
      .describe('How long a stage waits in all for agents that named the time when they can again; `6h` unless said.'),
    circuit: z
      .strictObject({
        failures: z
          .int()
          .positive()
          .optional()
          .describe('Failures in a row after which an agent is not asked for a while; 5 unless said.'),
        rest: duration.optional().describe('How long it rests before one call tries it again; `60s` unless said.'),
      })
      .optional()
      .describe('The circuit breaker of each agent and model.'),
    agents: z.record(z.string(), agentLimits).optional().describe('Limits by name of the agent.'),
  })
  .describe('How much agents are asked, and how long they are waited for.');

export type LimitsSection = z.infer<typeof limitsSection>;
