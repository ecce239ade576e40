import type { AgentEntry } from './agents.ts';

/** The keys of an entry that say who somebody is; with one of them it is a profile. */
export const profileKeys = [
  'agent',
  'model',
  'provider',
  'effort',
  'role',
  'persona',
  'personality',
  'task',
  'tools',
  'mode',
  'fallback',
  'budget',
] as const satisfies readonly (keyof AgentEntry)[];
