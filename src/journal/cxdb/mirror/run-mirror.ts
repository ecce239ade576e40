import type { Journal, RunRow, Turn } from '../../../engine/ports/journal.ts';
import { contextMetadata, type Lineage } from '../records/context-metadata.ts';
import { encodeRun, encodeState, encodeTurn, type EncodedRecord } from '../records/record.ts';
import type { CxdbLink } from './link.ts';
import { locate, turnOf } from './locate.ts';
import type { Positions } from './positions.ts';
import { sendBlobs } from './send-blobs.ts';
import { Window } from './window.ts';

export type MirroredJournal = Pick<Journal, 'run' | 'tail' | 'getBlob'>;

export interface RunMirrorParts {
  readonly journal: MirroredJournal;
  readonly positions: Positions;
  /** The context of another run, brought up to date first; undefined where it is not to be had. */
  readonly contextOf: (run: string, link: CxdbLink) => Promise<bigint | undefined>;
  readonly notice: (text: string) => void;
}

/** Turns that may be under way at a time: enough for the network not to be waited for. */
const windowSize = 256;

/** A position is written after so many turns, and when the run comes to rest. */
const keptEvery = 1_000;

/** Where sending goes on, as long as the connection lasts. */
interface Cursor {
  readonly context: bigint;
  seq: number;
  /** The turn the next one follows; 0n: the last one of the context. */
  parent: bigint;
  state: string | undefined;
}

/** States a run is left in: nobody is at work on it. */
const restingStates: ReadonlySet<string> = new Set(['waiting', 'paused', 'completed', 'failed', 'cancelled']);

/**
 * Keeps the context of one run up to date. What the server has is asked of the server whenever a connection is new:
 * acknowledgements that were lost double nothing, and what a server has lost is sent again, as a whole.
 */
export class RunMirror {
  readonly run: string;
  readonly #parts: RunMirrorParts;
  #link: CxdbLink | undefined;
  #cursor: Cursor | undefined;
  /** The last turn that was acknowledged. */
  #acknowledged = 0;
  /** What `keepPosition` wrote last. */
  #kept: number | undefined;

  constructor(run: string, parts: RunMirrorParts) {
    this.run = run;
    this.#parts = parts;
  }

  /** The number of the last turn the server has taken. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /**
   * Sends everything the journal has beyond what the server has; the context when all of it is acknowledged.
   * Undefined where the run is gone from the journal.
   * @throws HttpProblem, ConnectionLost; then it is to be called again with a new link
   */
  async catchUp(link: CxdbLink): Promise<bigint | undefined> {
    const row = await this.#parts.journal.run(this.run);
    if (!row) {
      await this.#parts.positions.remove(this.run);
      return undefined;
    }
    try {
      const cursor = await this.#cursorOn(link, row);
      await this.#sendTurns(link, cursor);
      await this.#sendState(link, cursor);
      if (cursor.state !== undefined || cursor.seq - (this.#kept ?? 0) >= keptEvery) await this.keepPosition();
      return cursor.context;
    } catch (thrown) {
      // What arrived of it is looked up next time.
      this.#link = undefined;
      throw thrown;
    }
  }

  /** Keeps how far the run is mirrored for the next process. It need not be the newest: the server is asked first. */
  async keepPosition(): Promise<void> {
    if (!this.#link || !this.#cursor || this.#kept === this.#acknowledged) return;
    const position = { server: this.#link.server, context: this.#cursor.context, seq: this.#acknowledged };
    await this.#parts.positions.write(this.run, position);
    this.#kept = this.#acknowledged;
  }

  async #cursorOn(link: CxdbLink, row: RunRow): Promise<Cursor> {
    if (this.#cursor && this.#link === link) return this.#cursor;
    this.#cursor = (await this.#known(link)) ?? (await this.#begin(link, row));
    this.#link = link;
    this.#acknowledged = this.#cursor.seq;
    await this.keepPosition();
    return this.#cursor;
  }

  /** The context this run was mirrored to, unless the server has lost it, or some of what it had acknowledged. */
  async #known(link: CxdbLink): Promise<Cursor | undefined> {
    const position = await this.#parts.positions.read(this.run, link.server);
    if (!position) return undefined;
    const located = await locate(link.http, position.context, this.run);
    if (located && located.seq >= Math.max(position.seq, this.#acknowledged)) {
      return { context: position.context, parent: 0n, seq: located.seq, state: located.state };
    }
    this.#parts.notice(`CXDB at ${link.server} has lost what it had of run ${this.run}; all of it is mirrored again`);
    this.#kept = undefined;
    return undefined;
  }

  /** A new context, which a fork begins where it left its source. */
  async #begin(link: CxdbLink, row: RunRow): Promise<Cursor> {
    const source = row.forkOf && (await this.#parts.contextOf(row.forkOf.runId, link));
    const base = row.forkOf && source !== undefined ? await turnOf(link.http, source, row.forkOf.turn) : undefined;
    const parent = row.parent && (await this.#parts.contextOf(row.parent.runId, link));
    const seq = base === undefined || !row.forkOf ? 0 : row.forkOf.turn;
    const context = await link.connection.createContext(base ?? 0n);
    const lineage = await this.#lineage(link, row, source ?? parent);
    const record = encodeRun(row, seq, contextMetadata(row, lineage));
    await this.#sendBlobs(link, JSON.stringify([row.bundle, row.settings]));
    await this.#append(link, { context, parent: 0n, record });
    return { context, seq, parent: 0n, state: undefined };
  }

  async #lineage(link: CxdbLink, row: RunRow, parent: bigint | undefined): Promise<Lineage | undefined> {
    if (parent === undefined) return undefined;
    let root = row;
    for (let above = aboveOf(root); above !== undefined; above = aboveOf(root)) {
      const found = await this.#parts.journal.run(above);
      if (!found) break;
      root = found;
    }
    const context = await this.#parts.contextOf(root.id, link);
    return { reason: row.forkOf ? 'fork' : 'child', parent, root: context ?? parent };
  }

  async #sendTurns(link: CxdbLink, cursor: Cursor): Promise<void> {
    const window = new Window(windowSize);
    for await (const turn of this.#after(link, cursor)) {
      await this.#sendBlobs(link, JSON.stringify(turn.payload));
      const { context, parent } = cursor;
      const appended = this.#append(link, { context, parent, record: encodeTurn(this.run, turn) });
      await window.add(appended.then(() => void (this.#acknowledged = turn.seq)));
      cursor.seq = turn.seq;
      cursor.parent = 0n;
      cursor.state = undefined;
    }
    await window.drained();
  }

  /**
   * Turns after the last one that was sent. It is read once more: where it is no part of the run's path any
   * more, the run was rewound, and the context goes on from the last turn that is.
   */
  async *#after(link: CxdbLink, cursor: Cursor): AsyncGenerator<Turn> {
    let isOnPath = cursor.seq === 0;
    for await (const turn of this.#parts.journal.tail(this.run, Math.max(0, cursor.seq - 1))) {
      if (turn.seq === cursor.seq) {
        isOnPath = true;
        continue;
      }
      if (!isOnPath) {
        cursor.parent = await this.#rewound(link, cursor);
        isOnPath = true;
      }
      yield turn;
    }
  }

  /** The turn in the context the run was rewound to. */
  async #rewound(link: CxdbLink, cursor: Cursor): Promise<bigint> {
    let last: Turn | undefined;
    for await (const turn of this.#parts.journal.tail(this.run, 0)) {
      if (turn.seq > cursor.seq) break;
      last = turn;
    }
    const found = last && (await turnOf(link.http, cursor.context, last.seq));
    if (found === undefined)
      throw new Error(`context ${cursor.context} does not have the turn run ${this.run} went back to`);
    return found;
  }

  async #sendState(link: CxdbLink, cursor: Cursor): Promise<void> {
    const row = await this.#parts.journal.run(this.run);
    if (!row || !restingStates.has(row.state) || row.state === cursor.state) return;
    const { state, waiting, updatedAt: at } = row;
    const record = encodeState({ run: this.run, seq: cursor.seq, at, state, ...(waiting && { waiting }) });
    await this.#append(link, { context: cursor.context, parent: 0n, record });
    cursor.state = state;
  }

  async #append(
    { connection, digest }: CxdbLink,
    { record, ...place }: { readonly context: bigint; readonly parent: bigint; readonly record: EncodedRecord },
  ): Promise<void> {
    await connection.append({ ...place, ...record, hash: digest(record.payload) });
  }

  async #sendBlobs(link: CxdbLink, json: string): Promise<void> {
    const tooLong = (hash: string, bytes: number): void =>
      this.#parts.notice(
        `blob ${hash} of run ${this.run} has ${bytes} bytes, more than CXDB takes, and is not mirrored`,
      );
    await sendBlobs(json, { journal: this.#parts.journal, link, tooLong });
  }
}

function aboveOf({ parent, forkOf }: RunRow): string | undefined {
  return forkOf?.runId ?? parent?.runId;
}
