import type { Rewind } from '../engine/ports/journal.ts';

/** A stretch of a run's path: the turns of one run after a number, up to another. */
export interface PathSegment<Run> {
  readonly run: Run;
  readonly afterSeq: number;
  readonly upToSeq: number;
}

/** Oldest first; the numbers of the turns ascend over all of it. */
export type Path<Run> = readonly PathSegment<Run>[];

/** What decides the path of a run, as a driver stores it. */
export interface Lineage<Run> {
  readonly forkOf: { readonly run: Run; readonly turn: number } | undefined;
  readonly rewinds: readonly Rewind[];
}

/** Higher than any number of a turn. */
export const endOfTurns = Number.MAX_SAFE_INTEGER;

/**
 * The path of a run as it led up to a turn. Going back later takes nothing from it: a fork stands on the turns it was
 * made from, whatever their run did since.
 */
export function pathOf<Run>(run: Run, upToSeq: number, lineageOf: (run: Run) => Lineage<Run>): Path<Run> {
  const { forkOf, rewinds } = lineageOf(run);
  const before = forkOf ? pathOf(forkOf.run, Math.min(forkOf.turn, upToSeq), lineageOf) : [];
  const own = { run, afterSeq: forkOf?.turn ?? 0, upToSeq };
  const known = rewinds.filter(({ by }) => by <= upToSeq);
  return known.reduce(without, isEmpty(own) ? before : [...before, own]);
}

/** Whether a turn of a run lies on a path. */
export function leadsThrough<Run>(path: Path<Run>, run: Run, seq: number): boolean {
  return path.some((segment) => segment.run === run && segment.afterSeq < seq && seq <= segment.upToSeq);
}

function without<Run>(path: Path<Run>, { to, by }: Rewind): Path<Run> {
  return path.flatMap(({ run, afterSeq, upToSeq }) =>
    [
      { run, afterSeq, upToSeq: Math.min(upToSeq, to) },
      { run, afterSeq: Math.max(afterSeq, by - 1), upToSeq },
    ].filter((part) => !isEmpty(part)),
  );
}

function isEmpty({ afterSeq, upToSeq }: PathSegment<unknown>): boolean {
  return afterSeq >= upToSeq;
}
