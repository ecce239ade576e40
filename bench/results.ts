import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { FsyncProbe } from './measuring/fsync-probe.ts';
import type { Machine } from './measuring/machine.ts';
import type { SuiteResult } from './suite.ts';

/** Everything measured, as it stands in the result file. */
export interface Results {
  readonly machine: Machine;
  /** By name; one that is measured again replaces its older self. */
  readonly suites: Readonly<Record<string, SuiteRecord>>;
}

export interface SuiteRecord {
  readonly title: string;
  /** ISO 8601 in UTC. */
  readonly takenAt: string;
  readonly tookMs: number;
  readonly withPeers: boolean;
  /** Processes that wanted a processor as it began (load average of a minute): others disturb. */
  readonly load: number;
  /** What a durable write cost just before and just after. */
  readonly probes: readonly FsyncProbe[];
  /** How long a fixed piece of work took just before and just after (`probeProcessor`), in milliseconds. */
  readonly processorMs: readonly number[];
  readonly result: SuiteResult;
}

/** What a result file holds, as far as it is from the same machine and versions; nothing where there is none. */
export function readResults(path: string, machine: Machine): Results {
  if (!existsSync(path)) return { machine, suites: {} };
  // Written by the function below.
  const read = JSON.parse(readFileSync(path, 'utf8')) as Results;
  return JSON.stringify(read.machine) === JSON.stringify(machine) ? read : { machine, suites: {} };
}

export function writeResults(path: string, results: Results): void {
  writeFileSync(path, `${JSON.stringify(results, undefined, 2)}\n`);
}
