import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { loadBlake3, type Blake3 } from '../../../src/shared/hash.ts';
import { serveBinary } from './binary.ts';
import { answerHttp } from './http.ts';
import { CxdbRegistry } from './registry.ts';
import { CxdbStore } from './store.ts';
import type { TestCxdb } from './test-cxdb.ts';

/**
 * A CXDB server of our own, with the ways of the real one (commit c7bab7c) that its documents do not tell: it ignores
 * idempotency keys, ends connections in the place of errors, gives the first turn depth 0, renders whole numbers as
 * texts, refuses typed pages for one unknown type, and has forgotten everything but the registry after a restart.
 */
export class ScriptedCxdb implements TestCxdb {
  readonly registry = new CxdbRegistry();
  store: CxdbStore;
  readonly #digest: Blake3;
  readonly #sockets = new Set<Socket>();
  #binary: Server | undefined;
  #http: HttpServer | undefined;
  #ports = { binary: 0, http: 0 };
  /** One request at a time. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(digest: Blake3) {
    this.#digest = digest;
    this.store = new CxdbStore(digest);
  }

  static async start(): Promise<ScriptedCxdb> {
    const server = new ScriptedCxdb(await loadBlake3());
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.http}`;
  }

  get binaryPort(): number {
    return this.#ports.binary;
  }

  async start(): Promise<void> {
    this.#binary = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      serveBinary(socket, () => this.store);
    });
    this.#http = createHttpServer((request, response) => {
      this.#turn = this.#turn.then(() => answerHttp(request, response, this));
    });
    this.#ports = {
      binary: await listening(this.#binary, this.#ports.binary),
      http: await listening(this.#http, this.#ports.http),
    };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#http?.closeAllConnections();
    await Promise.all([closed(this.#binary), closed(this.#http)]);
    this.store = new CxdbStore(this.#digest);
  }
}

async function listening(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server | undefined): Promise<void> {
  if (server?.listening) await new Promise((resolve) => server.close(resolve));
}
