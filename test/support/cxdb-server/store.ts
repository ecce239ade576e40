import type { Blake3 } from '../../../src/shared/hash.ts';

export interface StoredTurn {
  readonly id: bigint;
  readonly parent: bigint;
  readonly depth: number;
  readonly type: string;
  readonly version: number;
  readonly encoding: number;
  readonly hash: string;
  readonly payload: Buffer;
}

export interface StoredContext {
  readonly id: bigint;
  head: bigint;
  depth: number;
  /** Written anew at every append: it is the time of the last activity. */
  createdAt: number;
  /** Payload of its first turn, where that was appended at depth 0. */
  first: Buffer | undefined;
}

export interface AppendRequest {
  readonly context: bigint;
  readonly parent: bigint;
  readonly type: string;
  readonly version: number;
  readonly encoding: number;
  readonly compression: number;
  readonly uncompressedLength: number;
  readonly hash: string;
  readonly payload: Buffer;
}

/** What the server answers with the end of the connection. */
export class Refused extends Error {}

/** Contexts, turns and blobs as CXDB keeps them. Numbers begin at 1 and are common to all contexts. */
export class CxdbStore {
  readonly contexts = new Map<bigint, StoredContext>();
  readonly turns = new Map<bigint, StoredTurn>();
  readonly blobs = new Map<string, Buffer>();
  readonly #digest: Blake3;

  constructor(digest: Blake3) {
    this.#digest = digest;
  }

  createContext(base: bigint): StoredContext {
    const turn = base === 0n ? undefined : this.#turn(base);
    const id = BigInt(this.contexts.size + 1);
    const context = { id, head: base, depth: turn?.depth ?? 0, createdAt: Date.now(), first: undefined };
    this.contexts.set(id, context);
    return context;
  }

  /** Neither the type nor the form of the payload is looked at, and an explicit parent makes any context do. */
  append(request: AppendRequest): StoredTurn {
    if (request.compression !== 0) throw new Refused('compression is not spoken here');
    if (request.payload.length !== request.uncompressedLength) throw new Refused('uncompressed length mismatch');
    if (this.#digest(request.payload) !== request.hash) throw new Refused('content hash mismatch');
    const known = this.contexts.get(request.context);
    if (!known && request.parent === 0n) throw new Refused('context');
    const parent = request.parent === 0n ? (known?.head ?? 0n) : request.parent;
    const depth = parent === 0n ? 0 : this.#turn(parent).depth + 1;
    const { type, version, encoding, hash, payload } = request;
    const id = BigInt(this.turns.size + 1);
    const turn = { id, parent, depth, type, version, encoding, hash, payload };
    this.turns.set(id, turn);
    this.blobs.set(hash, payload);
    const first = depth === 0 ? payload : known?.first;
    this.contexts.set(request.context, { id: request.context, head: id, depth, createdAt: Date.now(), first });
    return turn;
  }

  /** At most so many turns before one (0n: up to the head), oldest first. */
  last(contextId: bigint, limit: number, before: bigint): readonly StoredTurn[] {
    const found: StoredTurn[] = [];
    let at = before === 0n ? this.context(contextId).head : this.#turn(before).parent;
    while (at !== 0n && found.length < limit) {
      const turn = this.#turn(at);
      found.push(turn);
      at = turn.parent;
    }
    return found.toReversed();
  }

  context(id: bigint): StoredContext {
    const context = this.contexts.get(id);
    if (!context) throw new Refused('context');
    return context;
  }

  #turn(id: bigint): StoredTurn {
    const turn = this.turns.get(id);
    if (!turn) throw new Refused('turn');
    return turn;
  }

  putBlob(hash: string, content: Buffer): boolean {
    if (this.#digest(content) !== hash) throw new Refused('blob hash mismatch');
    const isNew = !this.blobs.has(hash);
    this.blobs.set(hash, content);
    return isNew;
  }

  blob(hash: string): Buffer {
    const content = this.blobs.get(hash);
    if (!content) throw new Refused('blob');
    return content;
  }
}
