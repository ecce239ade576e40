import type { AwaitedWork } from '../../app/awaited-work.ts';
import { formatDuration } from '../../shared/duration.ts';

/** What a run that is being paused still waits for, a line each; steps of other runs are marked with theirs. */
export function awaitedLines(work: readonly AwaitedWork[], runId: string, now: number): readonly string[] {
  return work.map(({ runId: of, key, handler, startedAt }) => {
    const place = of === runId ? key : `${of.slice(0, 8)}:${key}`;
    return `  waits for ${place} (${handler}, for ${formatDuration(Math.max(0, now - Date.parse(startedAt)))})`;
  });
}
