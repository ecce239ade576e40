import type { Json } from '../src/index.ts';

/** How a suite is run. */
export interface SuiteOptions {
  /** Tiny sizes, once: shows that the code runs, and its numbers mean nothing. */
  readonly quick: boolean;
  /** Whether the peers are installed and wanted. */
  readonly peers: boolean;
  /** Tells what is being measured now. */
  readonly tell: (line: string) => void;
}

/** A group of measurements that belong together and are taken in one go. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  run(options: SuiteOptions): Promise<SuiteResult>;
}

export interface SuiteResult {
  /** What is measured and how, in paragraphs of Markdown. */
  readonly text: readonly string[];
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  /** Every single measurement. */
  readonly samples: Json;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What we want to reach, beside what was measured. */
export interface Target {
  readonly name: string;
  readonly wanted: string;
  readonly measured: string;
  readonly holds: boolean;
  /** It waits for the disk, and is meant for one that is quick (`quickFsyncMs`). */
  readonly needsQuickDisk?: true;
}

/** A target that holds as long as the number does not exceed a bound. */
export function atMost(name: string, bound: number, value: number, show: (value: number) => string): Target {
  return { name, wanted: `at most ${show(bound)}`, measured: show(value), holds: value <= bound };
}

/** A target that holds from a number upward. */
export function atLeast(name: string, bound: number, value: number, show: (value: number) => string): Target {
  return { name, wanted: `at least ${show(bound)}`, measured: show(value), holds: value >= bound };
}

export function onQuickDisk(target: Target): Target {
  return { ...target, needsQuickDisk: true };
}
