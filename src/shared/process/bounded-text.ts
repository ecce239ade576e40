/**
 * Keeps the beginning and the end of a stream of bytes, whatever its length. Memory is bounded by
 * twice the limits; `text` names how much was left out between the two.
 */
export class BoundedText {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  readonly #head: Uint8Array[] = [];
  #headBytes = 0;
  #tail: Uint8Array[] = [];
  #tailBytes = 0;
  #totalBytes = 0;

  constructor(headLimit: number, tailLimit: number) {
    this.#headLimit = headLimit;
    this.#tailLimit = tailLimit;
  }

  /** Bytes seen so far, kept or not. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Whether every byte is kept. */
  get complete(): boolean {
    return this.#totalBytes <= this.#headLimit + this.#tailLimit;
  }

  add(chunk: Uint8Array): void {
    this.#totalBytes += chunk.length;
    const toHead = Math.min(chunk.length, this.#headLimit - this.#headBytes);
    if (toHead > 0) {
      this.#head.push(Buffer.from(chunk.subarray(0, toHead)));
      this.#headBytes += toHead;
    }
    if (toHead < chunk.length) this.#addToTail(chunk.subarray(toHead));
  }

  #addToTail(chunk: Uint8Array): void {
    const kept = Buffer.from(lastOf(chunk, this.#tailLimit)); // a copy: a view would keep the whole chunk alive
    this.#tail.push(kept);
    this.#tailBytes += kept.length;
    // Compacting only at twice the limit makes each byte be copied a constant number of times.
    if (this.#tailBytes > 2 * this.#tailLimit) this.#trimTail();
  }

  #trimTail(): void {
    this.#tail = [Buffer.from(this.#lastBytes())];
    this.#tailBytes = this.#tailLimit;
  }

  /** The kept bytes, without a note; all there were, where `complete`. */
  bytes(): Buffer {
    return Buffer.concat([...this.#head, this.#lastBytes()]);
  }

  /** All of it, or head and tail around a note. Bytes that are no UTF-8, and characters cut at the gap, become U+FFFD. */
  text(): string {
    if (this.complete) return this.bytes().toString('utf8');
    const omitted = this.#totalBytes - this.#headBytes - this.#tailLimit;
    const head = Buffer.concat(this.#head).toString('utf8');
    return `${head}\n[... ${omitted} bytes left out ...]\n${this.#lastBytes().toString('utf8')}`;
  }

  #lastBytes(): Buffer {
    return lastOf(Buffer.concat(this.#tail), this.#tailLimit);
  }

  /** Reads a stream to its end. */
  static async of(chunks: AsyncIterable<Uint8Array>, headLimit: number, tailLimit: number): Promise<BoundedText> {
    const kept = new BoundedText(headLimit, tailLimit);
    for await (const chunk of chunks) kept.add(chunk);
    return kept;
  }
}

function lastOf<T extends Uint8Array>(bytes: T, count: number): T {
  return bytes.subarray(Math.max(0, bytes.length - count)) as T; // of the same kind
}
