import type { RunRow } from '../../engine/ports/journal.ts';

/** A run in a list, and how it is shown to belong to the one above it. */
export interface Member<Run> {
  readonly run: Run;
  /** Stands before its id. */
  readonly lead: string;
  /** Where it comes from, behind the name of its pipeline. */
  readonly origin: string;
}

/** A run of a plain list. */
export function alone<Run>(run: Run): Member<Run> {
  return { run, lead: '', origin: '' };
}

/**
 * Runs in the order of their families: each with its child runs and the runs forked from it below it, in the order
 * given. One whose source or parent is not in the list stands by itself.
 */
export function familyTree<Run extends { readonly row: RunRow }>(runs: readonly Run[]): readonly Member<Run>[] {
  const listed = new Set(runs.map(({ row }) => row.id));
  const below = Map.groupBy(runs, ({ row }) => {
    const above = aboveOf(row);
    return above !== undefined && listed.has(above) ? above : undefined;
  });
  return (below.get(undefined) ?? []).flatMap((run) => familyOf(run, below, '', ''));
}

/** A fork that a parent started, too, stands below its parent. */
function aboveOf({ parent, forkOf }: RunRow): string | undefined {
  return parent?.runId ?? forkOf?.runId;
}

function familyOf<Run extends { readonly row: RunRow }>(
  run: Run,
  below: ReadonlyMap<string | undefined, readonly Run[]>,
  lead: string,
  indent: string,
): Member<Run>[] {
  const members = below.get(run.row.id) ?? [];
  const own: Member<Run> = { run, lead, origin: originOf(run.row) };
  const rest = members.flatMap((member, index) => {
    const isLast = index === members.length - 1;
    return familyOf(member, below, `${indent}${isLast ? '└ ' : '├ '}`, `${indent}${isLast ? '  ' : '│ '}`);
  });
  return [own, ...rest];
}

function originOf({ parent, forkOf }: RunRow): string {
  if (parent) return `  (child ${parent.key}${forkOf ? `, forked at ${forkOf.turn}` : ''})`;
  return forkOf ? `  (forked at turn ${forkOf.turn})` : '';
}
