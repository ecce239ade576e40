import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What stands between a client and the binary port of a server, and loses connections when it is told. */
export class UnsteadyNetwork {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #answersLeft = Infinity;
  /** Connections that were lost on demand. */
  cuts = 0;

  private constructor(target: number) {
    this.#server = createServer((client) => this.#carry(client, connect(target, '127.0.0.1')));
  }

  static async to(target: number): Promise<UnsteadyNetwork> {
    const network = new UnsteadyNetwork(target);
    await new Promise<void>((resolve) => network.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      for (const socket of network.#sockets) socket.destroy();
      await new Promise((resolve) => network.#server.close(resolve));
    });
    return network;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Carries so many pieces of answers more; the next one is lost, and the connection with it. */
  cutAfter(answers: number): void {
    this.#answersLeft = answers;
  }

  #carry(client: Socket, target: Socket): void {
    for (const socket of [client, target]) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    client.on('data', (chunk) => target.write(chunk));
    target.on('data', (chunk) => {
      this.#answersLeft -= 1;
      if (this.#answersLeft >= 0) return void client.write(chunk);
      this.#answersLeft = Infinity;
      this.cuts += 1;
      client.destroy();
    });
  }
}
