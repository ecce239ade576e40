import { ByteReader, ByteWriter } from './bytes.ts';

/** A turn to append; CXDB takes payloads of any content and only checks their hash. */
export interface NewContextTurn {
  readonly context: bigint;
  /** The turn it follows; 0n follows the head of the context. */
  readonly parent: bigint;
  readonly type: string;
  readonly version: number;
  /** MessagePack. */
  readonly payload: Uint8Array;
  /** BLAKE3 of the payload, 64 hexadecimal digits. */
  readonly hash: string;
}

const protocolVersion = 1;
const messagePack = 1;
const uncompressed = 0;

export function helloMessage(clientTag: string): Buffer {
  const tag = Buffer.from(clientTag);
  return new ByteWriter().u16(protocolVersion).u16(tag.length).bytes(tag).u32(0).done();
}

/** What the server answers to a hello, after its number for the session. */
export function readProtocolVersion(payload: Buffer): number {
  const reader = new ByteReader(payload);
  reader.u64();
  return reader.u16();
}

/** @param base the turn the context begins at; 0n begins an empty one */
export function createContextMessage(base: bigint): Buffer {
  return new ByteWriter().u64(base).done();
}

export function appendMessage({ context, parent, type, version, payload, hash }: NewContextTurn): Buffer {
  const typeId = Buffer.from(type);
  // No idempotency key: the server reads it and does nothing with it.
  return new ByteWriter()
    .u64(context)
    .u64(parent)
    .u32(typeId.length)
    .bytes(typeId)
    .u32(version)
    .u32(messagePack)
    .u32(uncompressed)
    .u32(payload.length)
    .bytes(Buffer.from(hash, 'hex'))
    .u32(payload.length)
    .bytes(payload)
    .u32(0)
    .done();
}

export function blobHashMessage(hash: string): Buffer {
  return Buffer.from(hash, 'hex');
}

export function putBlobMessage(hash: string, content: Uint8Array): Buffer {
  return new ByteWriter().bytes(Buffer.from(hash, 'hex')).u32(content.length).bytes(content).done();
}

/** The number of the new context; what follows it, its head, is known. */
export function readContext(payload: Buffer): bigint {
  return new ByteReader(payload).u64();
}

/** The number of the appended turn. */
export function readAppended(payload: Buffer): bigint {
  const reader = new ByteReader(payload);
  reader.u64();
  return reader.u64();
}

export function readBlobContent(payload: Buffer): Buffer {
  const reader = new ByteReader(payload);
  return reader.bytes(reader.u32());
}

export function readRefusal(payload: Buffer): string {
  const reader = new ByteReader(payload);
  const code = reader.u32();
  return `${reader.bytes(reader.u32()).toString()} (${code})`;
}
