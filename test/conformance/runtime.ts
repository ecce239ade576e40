import { describe, onTestFinished } from 'vitest';
import { loadBlake3 } from '../../src/shared/hash.ts';
import { Scene } from '../support/runtime-scene.ts';
import { World } from '../support/runtime-world.ts';
import { commandTests } from './runtime-commands.ts';
import { crashTests } from './runtime-crashes.ts';
import { editTests } from './runtime-edits.ts';
import { ownershipTests } from './runtime-ownership.ts';
import { peopleTests } from './runtime-people.ts';
import { returnTests } from './runtime-returns.ts';
import { timeTests } from './runtime-time.ts';
import type { RuntimeDriver, Suite } from './runtime-suite.ts';
import { valueTests } from './runtime-values.ts';

/** The Runtime port as every implementation has to keep it: R1 to R5 and R9, semantics.md "Walk" and "Durability". */
export function runtimeConformance({ open, ...driver }: RuntimeDriver): void {
  const suite: Suite = {
    ...driver,
    async open(setup) {
      await loadBlake3();
      const world = new World(setup);
      const runtime = await open(world);
      onTestFinished(() => runtime.close());
      const scene = new Scene(world, runtime);
      await scene.create(setup.inputs);
      return scene;
    },
  };
  describe(`the runtime ${driver.name}`, () => {
    describe('crashes', () => {
      crashTests(suite);
    });
    describe('people', () => {
      peopleTests(suite);
    });
    describe('commands', () => {
      commandTests(suite);
    });
    describe('time and segments', () => {
      timeTests(suite);
    });
    describe('ownership', () => {
      ownershipTests(suite);
    });
    describe('forks and rewinds', () => {
      returnTests(suite);
    });
    describe('edited pipelines', () => {
      editTests(suite);
    });
    describe('values', () => {
      valueTests(suite);
    });
  });
}
