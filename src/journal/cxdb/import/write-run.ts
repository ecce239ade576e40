import type { Branch, Journal, Kept, Lease, NewTurn, Turn } from '../../../engine/ports/journal.ts';
import { OrchestraError } from '../../../shared/errors.ts';
import type { Json } from '../../../shared/json.ts';
import { thisProcess } from '../../../shared/process/identity.ts';
import { runExists } from '../../refusals.ts';
import type { ImportedRun } from './mirrored-run.ts';
import { redacted, takeBlobs, type TakeBlobs } from './take-blobs.ts';

export interface WriteParts extends TakeBlobs {
  readonly journal: Journal;
}

/** `known`: it was here already, and is the same. */
export type WriteOutcome = 'imported' | 'known';

/**
 * Writes a run into a journal: its turns with other numbers, in the same order and the same tree. Done again, also after
 * it was cut off, it goes on where it stands.
 * @throws OrchestraError RUN_EXISTS where another run has the id or other turns, RUN_HELD, CXDB_UNREADABLE
 */
export async function writeRun(run: ImportedRun, parts: WriteParts): Promise<WriteOutcome> {
  const { journal } = parts;
  const { row, turns } = run;
  await takeBlobs([{ bundle: row.bundle }, row.settings, ...turns.map(({ payload }) => payload)], parts);
  const settings = await unchanged(journal, row.settings, `the settings of run ${row.id}`);
  const kept = await Promise.all(turns.map(({ payload, seq }) => unchanged(journal, payload, `turn ${seq}`)));
  const forkOf = row.forkOf && { ...row.forkOf, turn: await localTurn(journal, run) };
  const { forkOf: _theirs, ...rest } = row;
  const before = await journal.run(row.id);
  await journal.createRun({ ...rest, settings, ...(forkOf && { forkOf }) });
  const known = await countKnownTurns(journal, run);
  // Its state is written last.
  const isWhole = before !== undefined && (before.state !== 'created' || run.status.state === 'created');
  if (isWhole && known >= turns.length) return 'known';
  const lease = await journal.acquire(row.id, thisProcess());
  try {
    const newTurns = turns.map((turn, index) => newTurn(turn, kept[index]));
    await appendFrom(known, { journal, lease, turns, newTurns });
    await journal.append(lease, [], run.status);
  } finally {
    await journal.release(lease);
  }
  return 'imported';
}

/** The value as the journal keeps it, which must be the very same. */
async function unchanged(journal: Journal, value: Json, what: string): Promise<Kept> {
  const kept = await journal.keep(value);
  if (JSON.stringify(kept) !== JSON.stringify(value)) throw redacted(what);
  return kept;
}

function newTurn({ type, version, key, at }: Turn, payload: Kept | undefined): NewTurn {
  if (payload === undefined) throw new Error('every turn has a payload');
  return { type, version, ...(key !== undefined && { key }), at, payload };
}

/** The turn a fork begins at, by its number in this journal: the one of the source's path at the same place. */
async function localTurn(journal: Journal, run: ImportedRun): Promise<number> {
  const { turns, hasTimes } = run;
  const { forkOf } = run.row;
  const inherited = turns.filter(({ seq }) => forkOf !== undefined && seq <= forkOf.turn);
  const theirs = inherited.at(-1);
  if (!forkOf || !theirs || !(await journal.run(forkOf.runId))) throw sourceMissing(run);
  let index = 0;
  for await (const turn of journal.tail(forkOf.runId, 0)) {
    index += 1;
    if (index < inherited.length) continue;
    if (isSame(turn, theirs, hasTimes)) return turn.seq;
    break;
  }
  throw runExists(forkOf.runId);
}

function sourceMissing({ row, parentContext = 'CONTEXT' }: ImportedRun): OrchestraError {
  const message = `run ${row.id} was forked from ${row.forkOf?.runId}, which is not here`;
  return new OrchestraError('CXDB_UNREADABLE', message, {
    hint: `Import that one first with: orchestra import --cxdb ${parentContext}`,
  });
}

/**
 * How many turns of the run are here already.
 * @throws OrchestraError RUN_EXISTS where they are others than those to be written
 */
async function countKnownTurns(journal: Journal, { row, turns, hasTimes }: ImportedRun): Promise<number> {
  let known = 0;
  for await (const turn of journal.tail(row.id, 0)) {
    const theirs = turns[known];
    // The run may have gone on here since it was mirrored.
    if (theirs && !isSame(turn, theirs, hasTimes)) throw runExists(row.id);
    known += 1;
  }
  return known;
}

function isSame(one: Turn, other: Turn, comparesTimes: boolean): boolean {
  return (
    one.type === other.type &&
    one.version === other.version &&
    one.key === other.key &&
    one.branch === other.branch &&
    (!comparesTimes || one.at === other.at) &&
    JSON.stringify(one.payload) === JSON.stringify(other.payload)
  );
}

interface Appending {
  readonly journal: Journal;
  readonly lease: Lease;
  readonly turns: readonly Turn[];
  readonly newTurns: readonly NewTurn[];
}

/** Appends that may be under way: those of one turn of the event loop share a commit. */
const mostPending = 512;

/**
 * Appends the turns from one on. The branch of an operation forks from the head of the main branch at its opening, so each
 * is opened as soon as the main branch has come to the turn that its first one follows; what was cut off between
 * the two is opened before anything follows.
 */
async function appendFrom(start: number, { journal, lease, turns, newTurns }: Appending): Promise<void> {
  const openings = openingsOf(turns);
  const branches = new Map<string, Branch>();
  let pending: Promise<unknown>[] = [];
  const settle = async (): Promise<void> => {
    await Promise.all(pending);
    pending = [];
  };
  const openAt = async (seq: number | undefined): Promise<void> => {
    for (const key of openings.get(seq) ?? []) {
      await settle();
      branches.set(key, await journal.openBranch(lease, key));
    }
  };
  for (const seq of [undefined, ...turns.slice(0, start).map((turn) => turn.seq)]) await openAt(seq);
  for (const [index, { seq, branch: key }] of turns.entries()) {
    const next = newTurns[index];
    if (index < start || !next) continue;
    const branch = key === undefined ? undefined : branches.get(key);
    pending.push(branch ? journal.appendToBranch(branch, [next]) : journal.append(lease, [next]));
    if (pending.length >= mostPending) await settle();
    if (!branch) await openAt(seq);
  }
  await settle();
}

/** Keys of branches by the turn of the main branch that their first turn follows. */
function openingsOf(turns: readonly Turn[]): ReadonlyMap<number | undefined, readonly string[]> {
  const openings = new Map<number | undefined, string[]>();
  const seen = new Set<string>();
  for (const { branch, parent } of turns) {
    if (branch === undefined || seen.has(branch)) continue;
    seen.add(branch);
    openings.set(parent, [...(openings.get(parent) ?? []), branch]);
  }
  return openings;
}
