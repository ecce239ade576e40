import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestCxdb } from './test-cxdb.ts';

/** A real server, from a program somebody has built, on loopback and with a data folder of its own. */
export class ProgramCxdb implements TestCxdb {
  readonly url: string;
  readonly binaryPort: number;
  readonly #program: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'cxdb-'));
  #process: ChildProcess | undefined;

  private constructor(program: string, httpPort: number, binaryPort: number) {
    this.#program = program;
    this.url = `http://127.0.0.1:${httpPort}`;
    this.binaryPort = binaryPort;
  }

  static async start(program: string): Promise<ProgramCxdb> {
    const server = new ProgramCxdb(program, await freePort(), await freePort());
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const { port } = new URL(this.url);
    const env = {
      CXDB_DATA_DIR: this.#folder,
      CXDB_BIND: `127.0.0.1:${this.binaryPort}`,
      CXDB_HTTP_BIND: `127.0.0.1:${port}`,
    };
    this.#process = spawn(this.#program, [], { env, stdio: 'ignore' });
    while (!(await this.#isHealthy())) await delay(10);
  }

  async stop(): Promise<void> {
    const running = this.#process;
    if (running?.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  }

  async #isHealthy(): Promise<boolean> {
    if (this.#process?.exitCode !== null) throw new Error(`${this.#program} has ended`);
    return fetch(`${this.url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
