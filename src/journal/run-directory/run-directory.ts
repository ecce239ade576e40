import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal, RunRow } from '../../engine/ports/journal.ts';
import type { StoredArtifact } from '../folds/artifact-fold.ts';
import type { RunFold } from '../folds/run-fold.ts';
import type { Steering } from '../folds/run-fold-state.ts';
import type { EndedAttempt } from '../folds/visit-fold.ts';
import { failpoint } from '../../shared/failpoint.ts';
import { hydrate } from '../hydrate.ts';
import { artifactContent } from '../artifacts.ts';
import { checkpointFile, manifestFile } from './documents.ts';
import { fileName } from '../../shared/file-name.ts';
import { createFolder, moveFile, removeDrafts, replaceFile, updateFile } from './files.ts';
import { LoopTurns } from './loop-turns.ts';
import { stageFileNames, stageFiles, type StageFiles } from './stage-files.ts';

export interface RunDirectoryOptions {
  readonly journal: Journal;
  /** Where the directory lies; made when first written. */
  readonly folder: string;
  /** The file the pipeline was read from, for the manifest. */
  readonly pipelineFile?: string;
}

/** How much of a fold lies in the folder already. */
interface Written {
  attempts: number;
  steering: number;
  artifacts: number;
  /** The segment that was the last one. */
  restart: number;
  /** Which attempt's files lie in a node's folder itself, by that folder. */
  readonly newest: Map<string, string>;
  /** Texts of checkpoints and manifest, by path. */
  readonly documents: Map<string, string>;
}

/**
 * The run directory of 5.6, a copy of what the journal holds of one run (R6): made from it whole where it
 * is missing, and brought up to date by `write`, which the owner of the run calls when the run is idle
 * and at its end. A new instance does not trust what it finds: its first call looks at everything.
 *
 * `{node}/` holds the newest outcome of a top-level node; branch nodes, older visits and attempts that
 * were tried again lie in `{node}/visits/{key}/`. After a `loop_restart`, a `restart-N/` holds the same
 * again for its segment (semantics.md, Segments). Names are encoded by `fileName`.
 */
export class RunDirectory {
  readonly #journal: Journal;
  readonly #folder: string;
  readonly #pipelineFile: string | undefined;
  #written = nothing();
  #isFirst = true;
  #writing: Promise<unknown> = Promise.resolve();
  readonly #turns = new LoopTurns();

  constructor({ journal, folder, pipelineFile }: RunDirectoryOptions) {
    this.#journal = journal;
    this.#folder = folder;
    this.#pipelineFile = pipelineFile;
  }

  /**
   * Writes what `fold` has learned since the last call; everything where the folder was removed. A call
   * waits for the one before.
   * @param row the run as the journal lists it now
   */
  write(row: RunRow, fold: RunFold): Promise<void> {
    const writing = this.#writing.then(() => this.#update(row, fold));
    // A failed call is its caller's to report; the next one starts over.
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  async #update(row: RunRow, fold: RunFold): Promise<void> {
    failpoint('directory:before-write');
    const manifest = join(this.#folder, 'manifest.json');
    if (this.#isFirst) removeDrafts(this.#folder);
    this.#isFirst = false;
    const before = existsSync(manifest) ? this.#written : nothing();
    // Until this call has ended well, nothing counts as written.
    this.#written = nothing();
    const written = { ...before, ...sizesOf(fold) };
    const { attempts, steering, artifacts, restart } = written;
    await this.#writeAttempts(row.id, fold.endedAttempts.slice(before.attempts, attempts), written);
    this.#writeSteering(fold.steering.slice(0, steering), before.steering);
    await this.#writeArtifacts(row.id, fold.largeArtifacts.slice(before.artifacts, artifacts));
    for (let segment = before.restart; segment <= restart; segment += 1) {
      await this.#writeCheckpoint(row.id, fold, segment, written);
    }
    // Last, since a directory without it counts as removed.
    replaceChanged(manifest, manifestFile(row, fold.outline(row), this.#pipelineFile), written);
    this.#written = written;
  }

  async #writeAttempts(runId: string, attempts: readonly EndedAttempt[], { newest }: Written): Promise<void> {
    const last = new Map(attempts.filter(isShown).map((attempt) => [this.#nodeFolder(attempt), attempt]));
    for await (const [attempt, files] of stageFiles(this.#journal, runId, attempts)) {
      await this.#turns.handOver();
      const folder = this.#nodeFolder(attempt);
      if (last.get(folder) !== attempt) {
        writeStage(visitFolder(folder, attempt.key), files);
        continue;
      }
      const older = newest.get(folder);
      if (older !== undefined) moveStage(folder, visitFolder(folder, older));
      writeStage(folder, files);
      newest.set(folder, attempt.key);
    }
  }

  /** `steer.md` holds every instruction its node got (4.11). */
  #writeSteering(all: readonly Steering[], from: number): void {
    const texts = Map.groupBy(all, (steering) => this.#nodeFolder(steering));
    for (const folder of new Set(all.slice(from).map((steering) => this.#nodeFolder(steering)))) {
      const instructions = texts.get(folder) ?? [];
      replaceFile(join(folder, 'steer.md'), instructions.map(({ text }) => `${text.trimEnd()}\n`).join('\n'));
    }
  }

  async #writeArtifacts(runId: string, artifacts: readonly StoredArtifact[]): Promise<void> {
    const newest = new Map(artifacts.map((artifact) => [this.#artifactPath(artifact), artifact]));
    for (const [path, artifact] of newest) {
      replaceFile(path, `${JSON.stringify(await artifactContent(this.#journal, runId, artifact))}\n`);
    }
  }

  async #writeCheckpoint(runId: string, fold: RunFold, restart: number, written: Written): Promise<void> {
    const checkpoint = fold.checkpoint(restart);
    if (checkpoint.at === undefined) return;
    const context = await hydrate(this.#journal, checkpoint.context);
    const path = join(this.#segmentFolder(restart), 'checkpoint.json');
    replaceChanged(path, checkpointFile(runId, checkpoint, context), written);
  }

  #segmentFolder(restart: number): string {
    return restart === 0 ? this.#folder : join(this.#folder, `restart-${restart}`);
  }

  #nodeFolder({ restart, node }: { readonly restart: number; readonly node: string }): string {
    return join(this.#segmentFolder(restart), fileName(node));
  }

  #artifactPath({ restart, name }: StoredArtifact): string {
    return join(this.#segmentFolder(restart), 'artifacts', `${fileName(name)}.json`);
  }
}

function nothing(): Written {
  return { attempts: 0, steering: 0, artifacts: 0, restart: 0, newest: new Map(), documents: new Map() };
}

/** What the fold holds now; it may grow while files are written. */
function sizesOf(fold: RunFold): Pick<Written, 'attempts' | 'steering' | 'artifacts' | 'restart'> {
  return {
    attempts: fold.endedAttempts.length,
    steering: fold.steering.length,
    artifacts: fold.largeArtifacts.length,
    restart: fold.restarts,
  };
}

/** Whether an attempt's files may stand in its node's folder itself. */
function isShown({ counts, scope }: EndedAttempt): boolean {
  return counts && scope === '';
}

function visitFolder(nodeFolder: string, key: string): string {
  return join(nodeFolder, 'visits', fileName(key));
}

function writeStage(folder: string, files: StageFiles): void {
  if (!existsSync(folder)) return createFolder(folder, files);
  for (const name of stageFileNames) {
    const path = join(folder, name);
    const text = files[name];
    if (text === undefined) rmSync(path, { force: true });
    else updateFile(path, text);
  }
}

function moveStage(from: string, to: string): void {
  for (const name of stageFileNames) moveFile(join(from, name), join(to, name));
}

function replaceChanged(path: string, text: string, { documents }: Written): void {
  if (documents.get(path) === text) return;
  replaceFile(path, text);
  documents.set(path, text);
}
