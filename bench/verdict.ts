import { type FsyncProbe, fsyncMsOf, quickFsyncMs } from './measuring/fsync-probe.ts';
import type { Target } from './suite.ts';

export type Verdict = 'holds' | 'missed' | 'not judged';

/** What to make of a measured target: on a slow disk a missed one that waits for it says nothing (semantics.md, Measuring). */
export function verdictOf({ holds, needsQuickDisk }: Target, probes: readonly FsyncProbe[]): Verdict {
  if (holds) return 'holds';
  return needsQuickDisk && fsyncMsOf(probes) > quickFsyncMs ? 'not judged' : 'missed';
}
