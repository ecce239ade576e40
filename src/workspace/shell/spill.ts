import { randomUUID } from 'node:crypto';
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes that are kept: a program that prints for ever fills no disk. */
const defaultLimit = 256 * 1024 * 1024;

/**
 * An output too long to be held in memory, in a file that has lost its name as soon as it is open: the program whose
 * output it is can work in the same folder and neither reads, replaces nor removes it, and no crash leaves it behind.
 */
export class Spill {
  readonly #file: FileHandle;
  readonly #limit: number;
  #bytes = 0;
  #leftOut = 0;

  private constructor(file: FileHandle, limit: number) {
    this.#file = file;
    this.#limit = limit;
  }

  /** @param folder made anew where the program has removed it */
  static async open(folder: string, limit = defaultLimit): Promise<Spill> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, randomUUID());
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new Spill(file, limit);
  }

  async add(chunk: Uint8Array): Promise<void> {
    const part = chunk.subarray(0, this.#limit - this.#bytes);
    this.#leftOut += chunk.length - part.length;
    if (part.length === 0) return;
    await this.#file.writeFile(part);
    this.#bytes += part.length;
  }

  /** What was added, from the beginning, as text, with a note where some of it was left out. */
  async *read(): AsyncGenerator<string> {
    const stream = this.#file.createReadStream({
      start: 0,
      encoding: 'utf8',
      highWaterMark: 1024 * 1024,
      autoClose: false,
    });
    for await (const piece of stream) yield piece as string;
    if (this.#leftOut > 0) yield `\n[... the last ${this.#leftOut} bytes are left out ...]\n`;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
