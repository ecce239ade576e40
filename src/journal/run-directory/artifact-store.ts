import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal } from '../../engine/ports/journal.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { contentSize, fileBackingThreshold } from '../folds/artifact-fold.ts';
import { isoTime } from '../folds/iso-time.ts';
import { hydrate } from '../hydrate.ts';
import { fileName } from '../../shared/file-name.ts';
import { replaceFile } from './files.ts';

/** 5.5 */
export interface ArtifactInfo {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** ISO 8601 in UTC. */
  readonly storedAt: string;
  /** Whether the content lies in a file of its own. */
  readonly isFileBacked: boolean;
}

export interface ArtifactStoreOptions {
  /** What is stored passes its door: redacted, large texts as blobs. */
  readonly journal: Pick<Journal, 'keep' | 'getBlob'>;
  /** Folder whose `artifacts/{id}.json` take contents above 100 KB; without it everything is held here. */
  readonly baseDir?: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

interface Stored {
  readonly info: ArtifactInfo;
  /** As the journal kept it, or where it lies in full. */
  readonly place: { readonly content: Json } | { readonly path: string };
}

/**
 * The artifact store of 5.5 for programs that use the library: named contents outside of any run. What
 * steps of a run store is part of the run instead (`StepServices.artifact`), and is only ever added to.
 */
export class ArtifactStore {
  readonly #journal: ArtifactStoreOptions['journal'];
  readonly #baseDir: string | undefined;
  readonly #now: () => number;
  readonly #artifacts = new Map<string, Stored>();

  constructor({ journal, baseDir, now = Date.now }: ArtifactStoreOptions) {
    this.#journal = journal;
    this.#baseDir = baseDir;
    this.#now = now;
  }

  /** Stores a content under an id, in the place of what was stored there before. */
  async store(id: string, name: string, data: Json): Promise<ArtifactInfo> {
    const content: Json = await this.#journal.keep(data);
    const sizeBytes = contentSize(content);
    const path = sizeBytes > fileBackingThreshold ? this.#pathOf(id) : undefined;
    if (path === undefined) await this.#removeFile(id);
    else replaceFile(path, `${JSON.stringify(await hydrate(this.#journal, content))}\n`);
    const info = { id, name, sizeBytes, storedAt: isoTime(this.#now()), isFileBacked: path !== undefined };
    this.#artifacts.set(id, { info, place: path === undefined ? { content } : { path } });
    return info;
  }

  /** Throws `ARTIFACT_UNKNOWN`. */
  async retrieve(id: string): Promise<Json> {
    const artifact = this.#artifacts.get(id);
    if (!artifact) throw new OrchestraError('ARTIFACT_UNKNOWN', `there is no artifact ${id}`, { details: { id } });
    const { place } = artifact;
    if ('content' in place) return hydrate(this.#journal, place.content);
    return JSON.parse(await readFile(place.path, 'utf8')) as Json;
  }

  has(id: string): boolean {
    return this.#artifacts.has(id);
  }

  /** In the order their ids were first stored. */
  list(): readonly ArtifactInfo[] {
    return Array.from(this.#artifacts.values(), ({ info }) => info);
  }

  /** Removes an artifact with its file; nothing happens where there is none. */
  async remove(id: string): Promise<void> {
    await this.#removeFile(id);
    this.#artifacts.delete(id);
  }

  async clear(): Promise<void> {
    for (const id of [...this.#artifacts.keys()]) await this.remove(id);
  }

  async #removeFile(id: string): Promise<void> {
    const place = this.#artifacts.get(id)?.place;
    if (place && 'path' in place) await rm(place.path, { force: true });
  }

  #pathOf(id: string): string | undefined {
    return this.#baseDir === undefined ? undefined : join(this.#baseDir, 'artifacts', `${fileName(id)}.json`);
  }
}
