import type { AgentAdapter } from '../../engine/ports/agent.ts';

/** An agent whose models are elsewhere: where the work is done offline, it cannot be used. */
export function onlineOnly(adapter: AgentAdapter, isOffline: () => Promise<boolean>): AgentAdapter {
  return {
    ...adapter,
    async detect(wanted) {
      if (!(await isOffline())) return adapter.detect(wanted);
      return { available: false, reason: `${adapter.id} needs the network, and this is offline` };
    },
  };
}
