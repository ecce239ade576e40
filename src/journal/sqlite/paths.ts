import { endOfTurns, leadsThrough, pathOf, type Lineage, type Path } from '../path.ts';
import { runUnknown } from '../refusals.ts';
import type { Database } from './database.ts';

interface LineageRecord {
  readonly number: number;
  readonly fork_run: string | null;
  readonly fork_turn: number | null;
  readonly rewound: 0 | 1;
}

const selectLineage = `
  select number, fork_run, fork_turn, exists (select 1 from rewind where rewind.run = run.number) as rewound from run`;

/** The path of a run: one statement where it is the run itself. Throws `RUN_UNKNOWN`. */
export function pathOfRun(database: Database, runId: string, upToSeq = endOfTurns): Path<number> {
  const record = lineageOfId(database, runId);
  return pathOf(record.number, upToSeq, (run) =>
    lineageFrom(database, run === record.number ? record : lineageOfNumber(database, run)),
  );
}

/** The same by the number of the run's row. */
export function pathIn(database: Database, run: number, upToSeq = endOfTurns): Path<number> {
  return pathOf(run, upToSeq, (number) => lineageFrom(database, lineageOfNumber(database, number)));
}

export function isOnPath(database: Database, path: Path<number>, seq: number): boolean {
  const turn = database.get<{ run: number }>('select run from turn where seq = ?', seq);
  return turn !== undefined && leadsThrough(path, turn.run, seq);
}

/** The last turn of a branch that lies on a path; null where it has none. */
export function headOn(database: Database, path: Path<number>, key: string): number | null {
  for (const { run, afterSeq, upToSeq } of path.toReversed()) {
    const found = database.get<{ head: number | null }>(
      `select max(seq) as head from turn
       where branch = (select number from branch where run = ? and key = ?) and seq > ? and seq <= ?`,
      run,
      key,
      afterSeq,
      upToSeq,
    );
    const head = found?.head ?? null;
    if (head !== null) return head;
  }
  return null;
}

/** What a fork finds of an operation that its source began: its last turn and the highest epoch. */
export function inheritedBranch(
  database: Database,
  run: number,
  key: string,
): { readonly head: number; readonly epoch: number } | undefined {
  const path = pathIn(database, run);
  const head = headOn(database, path, key);
  if (head === null) return undefined;
  const epochs = path.map(
    (part) =>
      database.get<{ epoch: number }>('select epoch from branch where run = ? and key = ?', part.run, key)?.epoch ?? 0,
  );
  return { head, epoch: Math.max(...epochs) };
}

function lineageOfId(database: Database, runId: string): LineageRecord {
  const record = database.get<LineageRecord>(`${selectLineage} where id = ?`, runId);
  if (record === undefined) throw runUnknown(runId);
  return record;
}

function lineageOfNumber(database: Database, run: number): LineageRecord {
  const record = database.get<LineageRecord>(`${selectLineage} where number = ?`, run);
  if (record === undefined) throw new Error(`no run has the number ${run}`);
  return record;
}

function lineageFrom(database: Database, record: LineageRecord): Lineage<number> {
  const { number, fork_run: source, fork_turn: turn, rewound } = record;
  const rewinds = rewound
    ? database.all<{ to: number; by: number }>(
        'select to_turn as "to", by_turn as "by" from rewind where run = ? order by by_turn',
        number,
      )
    : [];
  const isFork = source !== null && turn !== null;
  return { forkOf: isFork ? { run: lineageOfId(database, source).number, turn } : undefined, rewinds };
}
