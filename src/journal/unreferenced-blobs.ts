import type { BlobHash } from '../engine/ports/journal.ts';
import { referencesIn } from './references.ts';

/** Where blobs are stored, as seen inside a transaction. */
export interface BlobStore {
  has(hash: BlobHash): boolean;
  insert(hash: BlobHash, content: Uint8Array): void;
}

/** Contents held at most; beyond it the oldest are let go. */
const limitBytes = 32 * 1024 * 1024;

/**
 * What this process put into the journal and has not yet referred to. A blob is durable before the turn
 * that refers to it, and a sweep of another process may come in between: then the blob is put again, in
 * the transaction of that turn.
 */
export class UnreferencedBlobs {
  readonly #store: BlobStore;
  readonly #contents = new Map<BlobHash, Uint8Array>();
  #bytes = 0;

  constructor(store: BlobStore) {
    this.#store = store;
  }

  add(hash: BlobHash, content: Uint8Array): void {
    this.#forget(hash);
    this.#contents.set(hash, content);
    this.#bytes += content.byteLength;
    for (const oldest of this.#contents.keys()) {
      if (this.#bytes <= limitBytes) break;
      this.#forget(oldest);
    }
  }

  /** To be called in the transaction that writes these values. */
  assure(values: readonly unknown[]): void {
    if (this.#contents.size > 0) this.#assure(JSON.stringify(values));
  }

  #assure(json: string): void {
    for (const { hash, isContainer } of referencesIn(json)) {
      const content = this.#contents.get(hash);
      if (content === undefined) continue;
      if (this.#store.has(hash)) this.#forget(hash);
      else this.#store.insert(hash, content);
      // What it refers to may be gone even where it is not.
      if (isContainer) this.#assure(decoder.decode(content));
    }
  }

  #forget(hash: BlobHash): void {
    this.#bytes -= this.#contents.get(hash)?.byteLength ?? 0;
    this.#contents.delete(hash);
  }
}

const decoder = new TextDecoder();
