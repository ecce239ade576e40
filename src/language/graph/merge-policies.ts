/** How the work of branches comes together (`merge_policy`). */
export type MergePolicy = (typeof mergePolicies)[number];

export const mergePolicies = ['merge', 'pick_best', 'keep_all', 'agent_resolves', 'ask'] as const;

export function isMergePolicy(text: string | undefined): text is MergePolicy {
  return mergePolicies.some((policy) => policy === text);
}
