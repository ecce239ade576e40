import { connect, type Socket } from 'node:net';
import { messageOf } from '../../../shared/errors.ts';
import { encodeFrame, FrameReader, longestPayload, messageTypes, type Frame, type MessageType } from './frames.ts';
import {
  appendMessage,
  blobHashMessage,
  createContextMessage,
  helloMessage,
  putBlobMessage,
  readAppended,
  readBlobContent,
  readContext,
  readProtocolVersion,
  readRefusal,
  type NewContextTurn,
} from './messages.ts';

/** The connection is gone. Whatever was asked and not answered may have been done or not. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export interface BinaryAddress {
  readonly host: string;
  readonly port: number;
}

export interface ConnectionOptions {
  /** Shown by the server beside what came over this connection. */
  readonly clientTag: string;
  /** How long the server may say nothing while it owes an answer. */
  readonly timeoutMs: number;
  /** Ends the connection. */
  readonly signal?: AbortSignal;
}

interface Pending {
  readonly type: MessageType;
  resolve(payload: Buffer): void;
  reject(reason: unknown): void;
}

/**
 * A connection of CXDB's binary protocol. Requests may be sent ahead; the server answers them strictly in order.
 * It ends the connection, without a word, at everything it does not take: so an end after a request
 * means refused or lost, and only a look at the context tells which. Every method then throws `ConnectionLost`.
 */
export class CxdbConnection {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #pending: Pending[] = [];
  #protocolVersion = 0;
  #lastId = 0n;
  #isGathering = false;
  #lost: ConnectionLost | undefined;

  private constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(timeoutMs, () => {
      if (this.#pending.length > 0 || socket.connecting) this.#lose(`it did not answer within ${timeoutMs} ms`);
    });
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#lose(messageOf(error)));
    socket.on('close', () => this.#lose('it ended the connection'));
  }

  /** Connects and says hello. */
  static async open({ host, port }: BinaryAddress, options: ConnectionOptions): Promise<CxdbConnection> {
    const connection = new CxdbConnection(connect({ host, port }), options.timeoutMs);
    const { signal } = options;
    if (signal?.aborted) connection.close();
    signal?.addEventListener('abort', () => connection.close(), { once: true });
    const answer = await connection.#ask(messageTypes.hello, helloMessage(options.clientTag));
    connection.#protocolVersion = readProtocolVersion(answer);
    return connection;
  }

  /** As the server said it. */
  get protocolVersion(): number {
    return this.#protocolVersion;
  }

  /** @param base the turn it begins at; 0n begins an empty one */
  async createContext(base: bigint): Promise<bigint> {
    return readContext(await this.#ask(messageTypes.createContext, createContextMessage(base)));
  }

  /** Resolves with the number the server gave the turn. */
  async append(turn: NewContextTurn): Promise<bigint> {
    return readAppended(await this.#ask(messageTypes.appendTurn, appendMessage(turn)));
  }

  async putBlob(hash: string, content: Uint8Array): Promise<void> {
    await this.#ask(messageTypes.putBlob, putBlobMessage(hash, content));
  }

  /** The server ends the connection where it does not have the blob. */
  async getBlob(hash: string): Promise<Uint8Array> {
    return readBlobContent(await this.#ask(messageTypes.getBlob, blobHashMessage(hash)));
  }

  close(): void {
    this.#lose('it was closed');
  }

  #ask(type: MessageType, payload: Buffer): Promise<Buffer> {
    if (this.#lost) return Promise.reject(this.#lost);
    if (payload.length > longestPayload) return Promise.reject(new RangeError('a message is longer than CXDB takes'));
    this.#lastId += 1n;
    const frame = encodeFrame({ type, requestId: this.#lastId, payload });
    return new Promise((resolve, reject) => {
      this.#pending.push({ type, resolve, reject });
      this.#write(frame);
    });
  }

  /** What is asked for in one turn of the event loop is written in one go. */
  #write(frame: Buffer): void {
    if (!this.#isGathering) {
      this.#isGathering = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#isGathering = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(frame);
  }

  #take(chunk: Buffer): void {
    for (const frame of this.#reader.take(chunk)) this.#answered(frame);
  }

  #answered({ type, payload }: Frame): void {
    const asked = this.#pending.shift();
    if (!asked) return this.#lose('it answered what nobody asked');
    if (type === asked.type) return asked.resolve(payload);
    const reason = type === messageTypes.error ? `it refused: ${readRefusal(payload)}` : 'it answered something else';
    asked.reject(new ConnectionLost(reason));
    this.#lose(reason);
  }

  #lose(reason: string): void {
    if (this.#lost) return;
    this.#lost = new ConnectionLost(reason);
    this.#socket.destroy();
    for (const { reject } of this.#pending.splice(0)) reject(this.#lost);
  }
}
