import { clientTag } from '../records/context-metadata.ts';
import type { CxdbServer } from '../server.ts';
import { ConnectionLost, CxdbConnection } from '../wire/connection.ts';

/** Blobs of a server. It ends the connection where it has none of a name, so that another one is opened then. */
export class BlobSource {
  readonly #server: CxdbServer;
  readonly #timeoutMs: number;
  #connection: CxdbConnection | undefined;

  constructor(server: CxdbServer, timeoutMs: number) {
    this.#server = server;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Undefined where the server does not have it.
   * @throws ConnectionLost where the server is not there
   */
  async get(hash: string): Promise<Uint8Array | undefined> {
    this.#connection ??= await this.#open();
    try {
      return await this.#connection.getBlob(hash);
    } catch (thrown) {
      if (!(thrown instanceof ConnectionLost)) throw thrown;
      // Opened again at once: this tells a server without the blob from one that is gone.
      this.#connection = await this.#open();
      return undefined;
    }
  }

  close(): void {
    this.#connection?.close();
  }

  #open(): Promise<CxdbConnection> {
    return CxdbConnection.open(this.#server.binary, { clientTag, timeoutMs: this.#timeoutMs });
  }
}
