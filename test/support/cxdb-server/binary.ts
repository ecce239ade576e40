import type { Socket } from 'node:net';
import { ByteReader, ByteWriter } from '../../../src/journal/cxdb/wire/bytes.ts';
import { FrameReader, longestPayload } from '../../../src/journal/cxdb/wire/frames.ts';
import { Refused, type CxdbStore } from './store.ts';

type Handler = (store: CxdbStore, request: ByteReader) => Buffer;

/** Speaks the binary protocol on one connection: in order, and whatever is wrong ends it without a word. */
export function serveBinary(socket: Socket, store: () => CxdbStore): void {
  const reader = new FrameReader();
  socket.on('data', (chunk) => {
    try {
      for (const { type, requestId, payload } of reader.take(chunk)) {
        if (payload.length > longestPayload) throw new Refused('frame size');
        const handler = handlers[type];
        // The one thing that is answered with an error.
        if (handler) socket.write(frame(type, requestId, handler(store(), new ByteReader(payload))));
        else socket.write(frame(255, requestId, refusal(422, 'unknown msg_type')));
      }
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof RangeError)) throw error;
      socket.destroy();
    }
  });
  socket.on('error', () => socket.destroy());
}

const handlers: Readonly<Record<number, Handler>> = {
  1: (_store, request) => {
    readHello(request);
    return new ByteWriter().u64(1n).u16(1).done();
  },
  2: createContext,
  3: createContext,
  4: (store, request) => head(store, request.u64()),
  5: append,
  6: getLast,
  9: (store, request) => {
    const content = store.blob(request.bytes(32).toString('hex'));
    return new ByteWriter().u32(content.length).bytes(content).done();
  },
  11: (store, request) => {
    const hash = request.bytes(32);
    const isNew = store.putBlob(hash.toString('hex'), request.bytes(request.u32()));
    return new ByteWriter()
      .bytes(hash)
      .bytes(Buffer.of(isNew ? 1 : 0))
      .done();
  },
};

function readHello(request: ByteReader): void {
  request.u16();
  request.bytes(request.u16());
  request.bytes(request.u32());
}

function createContext(store: CxdbStore, request: ByteReader): Buffer {
  return head(store, store.createContext(request.u64()).id);
}

function head(store: CxdbStore, id: bigint): Buffer {
  const { head: turn, depth } = store.context(id);
  return new ByteWriter().u64(id).u64(turn).u32(depth).done();
}

function append(store: CxdbStore, request: ByteReader): Buffer {
  const context = request.u64();
  const turn = store.append({
    context,
    parent: request.u64(),
    type: request.bytes(request.u32()).toString(),
    version: request.u32(),
    encoding: request.u32(),
    compression: request.u32(),
    uncompressedLength: request.u32(),
    hash: request.bytes(32).toString('hex'),
    payload: Buffer.from(request.bytes(request.u32())),
  });
  // The idempotency key, which nothing is done with.
  request.bytes(request.u32());
  return new ByteWriter().u64(context).u64(turn.id).u32(turn.depth).bytes(Buffer.from(turn.hash, 'hex')).done();
}

function getLast(store: CxdbStore, request: ByteReader): Buffer {
  const [context, limit, isWithPayload] = [request.u64(), request.u32(), request.u32() !== 0];
  const turns = store.last(context, limit, 0n);
  const answer = new ByteWriter().u32(turns.length);
  for (const { id, parent, depth, type, version, encoding, payload, hash } of turns) {
    const typeId = Buffer.from(type);
    answer.u64(id).u64(parent).u32(depth).u32(typeId.length).bytes(typeId).u32(version).u32(encoding).u32(0);
    answer.u32(payload.length).bytes(Buffer.from(hash, 'hex'));
    if (isWithPayload) answer.u32(payload.length).bytes(payload);
  }
  return answer.done();
}

function frame(type: number, requestId: bigint, payload: Buffer): Buffer {
  return new ByteWriter().u32(payload.length).u16(type).u16(0).u64(requestId).bytes(payload).done();
}

function refusal(code: number, text: string): Buffer {
  const detail = Buffer.from(text);
  return new ByteWriter().u32(code).u32(detail.length).bytes(detail).done();
}
