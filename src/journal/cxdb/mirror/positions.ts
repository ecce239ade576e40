import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fileName } from '../../../shared/file-name.ts';

/** How far a run is mirrored to a server, as far as the server said so. */
export interface Position {
  /** Address of the server. */
  readonly server: string;
  readonly context: bigint;
  /** The last turn that was acknowledged; 0 before the first. */
  readonly seq: number;
}

const id = z
  .string()
  .regex(/^\d+$/)
  .transform((text) => BigInt(text));
const stored = z.object({ server: z.string(), context: id, seq: z.int().nonnegative() });
const awaited = z.object({ run: z.string() });

/** A name that no run's folder has. */
const marksFolder = '.awaited';

/**
 * What the mirror remembers between processes: a folder for each run beside the journal, since a commit would cost the
 * run one. Files are replaced as a whole. They are only a claim: what the server really has is looked up, and
 * losing one means that its run is mirrored again into another context.
 */
export class Positions {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** That of the given server; undefined where there is none, or it cannot be read. */
  async read(run: string, server: string): Promise<Position | undefined> {
    const position = stored.safeParse(await this.#parsed(this.#positionPath(run)));
    return position.success && position.data.server === server ? position.data : undefined;
  }

  async write(run: string, { server, context, seq }: Position): Promise<void> {
    await this.#replace(this.#positionPath(run), { server, context: String(context), seq });
  }

  /** Marks a run as one that has turns to be mirrored, until `settle`: a process that dies leaves the mark. */
  async await(run: string): Promise<void> {
    await this.#replace(this.#markPath(run), { run });
  }

  async settle(run: string): Promise<void> {
    await rm(this.#markPath(run), { force: true });
  }

  /** Runs with such a mark, by whichever process. */
  async awaited(): Promise<readonly string[]> {
    const folder = join(this.#folder, marksFolder);
    const names = await readdir(folder).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    });
    const marks = await Promise.all(names.map((name) => this.#parsed(join(folder, name))));
    return marks.flatMap((mark) => {
      const read = awaited.safeParse(mark);
      return read.success ? [read.data.run] : [];
    });
  }

  /** Forgets a run. */
  async remove(run: string): Promise<void> {
    await rm(this.#positionPath(run), { force: true });
    await this.settle(run);
  }

  lockPath(run: string): string {
    return join(this.#folder, fileName(run), 'lock');
  }

  #positionPath(run: string): string {
    return join(this.#folder, fileName(run), 'position.json');
  }

  #markPath(run: string): string {
    return join(this.#folder, marksFolder, `${fileName(run)}.json`);
  }

  async #replace(path: string, content: unknown): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${randomUUID()}.tmp`;
    await writeFile(draft, JSON.stringify(content));
    await rename(draft, path);
  }

  /** Undefined where there is no such file, or half of one after a power failure: nothing depends on it. */
  async #parsed(path: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(path, 'utf8'));
    } catch (error) {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (isAbsent || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}
