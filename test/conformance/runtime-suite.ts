import type { Scene } from '../support/runtime-scene.ts';
import type { RuntimeUnderTest, World, WorldSetup } from '../support/runtime-world.ts';

export interface RuntimeDriver {
  readonly name: string;
  /** A runtime with an empty journal. */
  readonly open: (world: World) => Promise<RuntimeUnderTest>;
  /** Of how many writes one is a moment to die at: 1 tries them all. */
  readonly crashStride: number;
  readonly randomRuns: number;
}

/** What the tests of the suite share. */
export interface Suite extends Omit<RuntimeDriver, 'open'> {
  /** A created run in a world of its own, removed when the test has finished. */
  readonly open: (setup: WorldSetup) => Promise<Scene>;
}
