import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { median, quantile } from './statistics.ts';

/** What one durable write costs here, whoever makes it. */
export interface FsyncProbe {
  readonly medianMs: number;
  readonly p90Ms: number;
}

/** Up to here an fsync is quick enough for targets in milliseconds to mean something (semantics.md, Measuring). */
export const quickFsyncMs = 0.2;

/** Appends 4 KiB and waits for the disk as SQLite does (fsync), again and again, on the disk of `folder`. */
export function probeFsync(folder: string, writes: number): FsyncProbe {
  const path = join(folder, 'fsync-probe');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  const samples = Array.from({ length: writes }, () => {
    const began = performance.now();
    writeSync(file, block);
    fsyncSync(file);
    return performance.now() - began;
  });
  closeSync(file);
  rmSync(path);
  return { medianMs: median(samples), p90Ms: quantile(samples, 0.9) };
}

/** What a durable write cost over several probes. */
export function fsyncMsOf(probes: readonly FsyncProbe[]): number {
  return median(probes.map(({ medianMs }) => medianMs));
}
