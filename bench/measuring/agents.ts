import { simulationAdapter } from '../../src/engine/simulation/simulation-adapter.ts';
import type { AgentAdapter, OpenSession } from '../../src/index.ts';

/** The simulation, after `before` has been told what it is asked and has let it go on. */
export function observedSimulation(id: string, before: (asked: OpenSession) => void | Promise<void>): AgentAdapter {
  return {
    ...simulationAdapter,
    id,
    open: async (asked) => {
      await before(asked);
      return simulationAdapter.open(asked);
    },
  };
}
