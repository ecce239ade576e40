/** Messages of CXDB's binary protocol that are spoken here; CXDB declares further ones that its server refuses. */
export const messageTypes = {
  hello: 1,
  createContext: 2,
  appendTurn: 5,
  getBlob: 9,
  putBlob: 11,
  error: 255,
} as const;

export type MessageType = (typeof messageTypes)[keyof typeof messageTypes];

/** The server ends the connection at a longer payload. */
export const longestPayload = 64 * 1024 * 1024;

export interface Frame {
  readonly type: number;
  readonly requestId: bigint;
  readonly payload: Buffer;
}

const headerLength = 16;

/** Header (payload length u32, type u16, flags u16, request id u64; little-endian), then the payload. */
export function encodeFrame({ type, requestId, payload }: Frame): Buffer {
  const header = Buffer.allocUnsafe(headerLength);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(0, 6);
  header.writeBigUInt64LE(requestId, 8);
  return Buffer.concat([header, payload]);
}

/** Cuts a stream of bytes into frames, wherever the network has cut it. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;

  *take(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= headerLength) {
      // Of a long frame in many pieces only the first is looked at until it is whole.
      const [first] = this.#chunks;
      const header = first !== undefined && first.length >= headerLength ? first : this.#joined();
      const end = headerLength + header.readUInt32LE(0);
      if (this.#length < end) return;
      const content = this.#joined();
      this.#chunks = [content.subarray(end)];
      this.#length -= end;
      yield {
        type: content.readUInt16LE(4),
        requestId: content.readBigUInt64LE(8),
        payload: content.subarray(headerLength, end),
      };
    }
  }

  #joined(): Buffer {
    const joined = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
