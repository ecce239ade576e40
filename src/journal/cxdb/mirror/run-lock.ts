import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { livenessOf, thisProcess, type ProcessIdentity } from '../../../shared/process/identity.ts';

/** Two that mirror a run at a time double turns, which readers take once; one that nobody can give up is worse. */
const unseenOwnerMs = 10 * 60_000;

const identity = z.object({ pid: z.int(), host: z.string(), bootId: z.string(), startTime: z.string() });

/**
 * Lets one process at a time mirror a run: two would both append, and CXDB keeps both. A file that names its owner;
 * that of a dead one is taken over.
 */
export class RunLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Undefined while another process has it. */
  static async take(path: string): Promise<RunLock | undefined> {
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${randomUUID()}`;
    await writeFile(draft, JSON.stringify(thisProcess()));
    try {
      if (await linked(draft, path)) return new RunLock(path);
      if (await isOwned(path)) return undefined;
      // Renamed first: of two who find it abandoned only one takes it away.
      await rename(path, `${draft}.abandoned`).catch(() => undefined);
      await rm(`${draft}.abandoned`, { force: true });
      return (await linked(draft, path)) ? new RunLock(path) : undefined;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** Gives the file its place with its content in it; false where there is one already. */
async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** An owner in another container cannot be looked at: it counts for a while. */
async function isOwned(path: string): Promise<boolean> {
  const owner = await ownerOf(path);
  const liveness = owner ? livenessOf(owner) : 'dead';
  if (liveness !== 'unknown') return liveness === 'alive';
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  return Date.now() - mtimeMs < unseenOwnerMs;
}

/** Undefined where there is none any more, or none that can be read. */
async function ownerOf(path: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    return identity.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
