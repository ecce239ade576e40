import { join, resolve } from 'node:path';
import { createNodeTemplateEngine } from '../agents/templates/node-engine.ts';
import type { ThreadSessions } from '../engine/handlers/codergen-threads.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import type { BlobHash, Journal, RunRow, Turn } from '../engine/ports/journal.ts';
import { createTraversal, walkVersion } from '../engine/walk/traverse.ts';
import { isEventType, type EventLine } from '../contract/event-line.ts';
import { eventLineOf } from '../journal/folds/event-line.ts';
import { RunDirectory } from '../journal/run-directory/run-directory.ts';
import type { WorkspacePlan } from '../contract/workspace-plan.ts';
import type { WorkspaceFold } from '../journal/folds/workspace-fold.ts';
import type { RunView } from '../contract/run-view.ts';
import type { ChildRequest } from '../runtime/local/child-runs.ts';
import { systemClock } from '../runtime/local/clock.ts';
import {
  LocalRuntime,
  type LoadedRun,
  type LocalRuntimeOptions,
  type RunEnd,
  type RunHandle,
} from '../runtime/local/local-runtime.ts';
import { textOf } from '../language/graph/attributes.ts';
import { loadBlake3, type Blake3 } from '../shared/hash.ts';
import { messageOf, OrchestraError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { thisProcess } from '../shared/process/identity.ts';
import { loadProgram } from './bundles.ts';
import type { Configuration } from './configuration/configuration.ts';
import { EventLog, type WithJournal } from './event-log.ts';
import { customTypesOf, type Extensions } from './extensions.ts';
import { LiveFolds } from './live-folds.ts';
import type { Project } from './project.ts';
import { keepSummary } from './run-list.ts';
import { recalledThreads } from './recalled-threads.ts';
import { returnedTo } from './return-of-code.ts';
import { readSettings, runFolder, walkOptionsOf, type RunSettings } from './settings.ts';
import { stepHandlers } from './step-handlers.ts';
import { toolConfinement } from './tool-confinement.ts';
import { wholeView } from './whole-view.ts';
import { childPlan } from './workspace/child-plan.ts';
import type { Publisher } from './workspace/publisher.ts';
import { FamilyFolders } from '../workspace/session/family-folders.ts';
import { returnsOf } from './workspace/returns.ts';

export interface SessionParts {
  readonly project: Project;
  readonly journal: Journal;
  /** For readers of events that come late, perhaps when everything else has been closed. */
  readonly withJournal: WithJournal;
  /** The one at the journal's door. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly registry: ReadonlyMap<string, AgentAdapter>;
  readonly extensions: Extensions;
  readonly configuration: Configuration;
  /** Answers questions in this process; absent leaves them to other processes. */
  readonly interviewer?: Interviewer;
  /** Told of every run that has new turns. */
  readonly mirror?: { note(runId: string): void };
  /** Walks the run in the place of the local runtime. */
  readonly walker?: (parts: WalkerParts) => RunHandle;
}

/** What whoever walks a session's run tells the session, and reads of it. */
export type WalkerParts = Required<Pick<LocalRuntimeOptions, 'readArtifact' | 'onTurns'>>;

/** How a session ended: the run's view, with the state it was left in. */
export interface SessionEnd {
  readonly state: RunEnd['state'];
  readonly view: RunView;
  /** Why the run directory, which is only a copy, is not up to date. */
  readonly directoryProblem?: string;
}

/**
 * One process walking one run, from wherever its journal stands. `run`, `resume`, the server and MCP
 * all open sessions here, so that a resumed run is the same run.
 */
export class Session {
  readonly runId: string;
  readonly done: Promise<SessionEnd>;
  readonly #parts: SessionParts;
  readonly #settings: RunSettings;
  readonly #folds: LiveFolds;
  readonly #directory: RunDirectory;
  readonly #events: EventLog;
  readonly #handle: RunHandle;
  readonly #family = new FamilyFolders();
  #publisher: Publisher | undefined;

  private constructor(
    row: RunRow,
    settings: RunSettings,
    parts: SessionParts,
    hash: Blake3,
    edited: BlobHash | undefined,
  ) {
    const { journal, project } = parts;
    const { file } = settings;
    this.runId = row.id;
    this.#parts = parts;
    this.#settings = settings;
    this.#folds = new LiveFolds(journal);
    this.#events = new EventLog(parts.withJournal);
    const folder = runFolder(project.home, row.id, settings);
    this.#directory = new RunDirectory({ journal, folder, pipelineFile: file });
    const walker: WalkerParts = {
      readArtifact: (runId, name) => this.#folds.artifact(runId, name),
      onTurns: (runId, turns) => this.#onTurns(runId, turns),
    };
    this.#handle = parts.walker?.(walker) ?? this.#runtime(hash, walker).walk(row.id, edited);
    this.done = this.#conclude();
  }

  /**
   * @param row the run, created before
   * @param edited bundle of an edited pipeline to go on with
   */
  static async open(row: RunRow, parts: SessionParts, edited?: BlobHash): Promise<Session> {
    return new Session(row, await readSettings(parts.journal, row.settings), parts, await loadBlake3(), edited);
  }

  /**
   * Events committed since this session began, children's included, as they happen; ends with the session. May be read by
   * anybody at any time, always from the beginning.
   */
  async *events(): AsyncGenerator<EventLine> {
    // A line is made for whoever reads it: most of a session nobody does.
    for await (const { runId, turn } of this.#events.read()) {
      const line = eventLineOf(runId, turn);
      if (line) yield line;
    }
  }

  /** The newest artifact of that name, in full. */
  artifact(name: string): Promise<Json | undefined> {
    return this.#folds.artifact(this.runId, name);
  }

  /** Lets running steps end for a while, then leaves the run resumable. */
  pause(): void {
    this.#handle.pause();
  }

  cancel(reason: string): void {
    this.#handle.cancel(reason);
  }

  #runtime(hash: Blake3, walker: WalkerParts): LocalRuntime {
    const { journal, project, interviewer } = this.#parts;
    const sessions = recalledThreads(journal);
    return new LocalRuntime({
      journal,
      clock: systemClock,
      holder: thisProcess(),
      scratch: join(project.home, 'scratch'),
      load: (run) => this.#load(run, sessions, hash),
      createChild: (request) => this.#createChild(request),
      ...walker,
      ...(interviewer ? { interviewer } : {}),
    });
  }

  async #load(row: RunRow, sessions: ThreadSessions, hash: Blake3): Promise<LoadedRun> {
    const { journal, extensions, registry, env, configuration } = this.#parts;
    if (row.walkVersion !== walkVersion) {
      const message = `run ${row.id} is walked by version ${row.walkVersion} of the walk, and this is version ${walkVersion}`;
      throw new OrchestraError('RUN_OTHER_VERSION', message);
    }
    const settings = await readSettings(journal, row.settings);
    const program = await loadProgram(journal, row.bundle, customTypesOf(extensions));
    const templates = createNodeTemplateEngine();
    const confinement = toolConfinement(configuration);
    const choice = { settings, registry, extensions };
    const { workspace: plan } = settings;
    const recorded = async (): Promise<WorkspaceFold> => (await this.#folds.of(row.id)).workspace;
    const work = { ...choice, program, configuration, confinement, recorded, family: this.#family };
    // Git and all that belongs to it is loaded for runs that work with it.
    const workspace = plan && (await import('./workspace/workspace-steps.ts')).workspaceSteps({ ...work, plan });
    const publisher = plan && !row.parent ? await this.#publisherOf(row, plan) : undefined;
    return {
      traversal: createTraversal(program, walkOptionsOf(settings)),
      handlers: stepHandlers({ ...choice, sessions, templates, journal, hash, env, confinement, workspace }),
      cwd: row.cwd,
      ...(plan && { returns: await returnsOf(journal, row) }),
      ...(publisher && { companion: publisher }),
    };
  }

  /** Undefined for a run whose branches stay here. */
  async #publisherOf(row: RunRow, plan: WorkspacePlan): Promise<LoadedRun['companion']> {
    if (plan.repositories.every(({ push }) => push === 'never')) return undefined;
    const { Publisher } = await import('./workspace/publisher.ts');
    const { journal, configuration } = this.#parts;
    return (emit) => (this.#publisher = new Publisher(row, plan, { journal, configuration }, emit));
  }

  /** A child works in the folder of its parent, or in the one its parent's graph names as seen from there (4.11). */
  async #createChild(request: ChildRequest): Promise<void> {
    const { journal, extensions } = this.#parts;
    const { forkOf } = request;
    if (await journal.run(request.runId)) return;
    const parent = await journal.run(request.parent.runId);
    if (!parent) throw new OrchestraError('RUN_UNKNOWN', `run ${request.parent.runId} vanished`);
    const { graph: above } = await loadProgram(journal, parent.bundle, customTypesOf(extensions));
    const { workspace: parentPlan } = await readSettings(journal, parent.settings);
    const workspace = parentPlan && childPlan(parentPlan, request.parent.key, textOf(above, 'stack.child_workdir'));
    const source = forkOf && (await journal.run(forkOf.runId));
    const begun = source && (await readSettings(journal, source.settings));
    const said = begun ?? { ...this.#settings, inputs: request.input, goal: '' };
    const settings = { ...said, ...(workspace && { workspace }) };
    const { graph } = await loadProgram(journal, request.bundle, customTypesOf(extensions));
    await journal.createRun({
      id: request.runId,
      pipeline: graph.name,
      bundle: source?.bundle ?? request.bundle,
      walkVersion: parent.walkVersion,
      cwd: resolve(parent.cwd, textOf(above, 'stack.child_workdir') ?? '.'),
      parent: request.parent,
      ...(forkOf && { forkOf }),
      settings: await journal.keep(settings as unknown as Json),
      at: systemClock.now(),
    });
  }

  /** A fork that its pipeline does not lead to is no run. */
  async #forgetUnbegun(): Promise<void> {
    const { journal } = this.#parts;
    const row = await this.#row();
    if (row.forkOf && !row.rewinds && (await returnedTo(journal, row))) await journal.remove(row.id);
  }

  #onTurns(runId: string, turns: readonly Turn[]): void {
    this.#parts.mirror?.note(runId);
    if (turns.some(({ type }) => type === 'WorkspaceSnapshotRecorded')) this.#publisher?.checkpoint();
    this.#folds.add(runId, turns, (turn) => {
      if (isEventType(turn.type)) this.#events.announce({ runId, turn });
    });
    // A run that asks is about to be idle: the time to bring its directory up to date (5.6).
    // What fails here fails again, and is told, at the end of the session.
    if (runId === this.runId && turns.some(({ type }) => type === 'InterviewStarted'))
      this.#writeDirectory().catch(() => undefined);
  }

  async #writeDirectory(): Promise<void> {
    await this.#directory.write(await this.#row(), await this.#folds.of(this.runId));
  }

  async #row(): Promise<RunRow> {
    const row = await this.#parts.journal.run(this.runId);
    if (!row) throw new Error(`run ${this.runId} vanished`);
    return row;
  }

  async #conclude(): Promise<SessionEnd> {
    try {
      const { state } = await this.#handle.done;
      await this.#folds.settled();
      const directoryProblem = await this.#writeDirectory().then(() => undefined, messageOf);
      const row = await this.#row();
      const fold = await this.#folds.of(this.runId);
      const view = await wholeView(this.#parts.journal, fold, row);
      await keepSummary(this.#parts.journal, view, fold.lastSeq);
      return { state, view, ...(directoryProblem === undefined ? {} : { directoryProblem }) };
    } catch (thrown) {
      if (isDiverged(thrown)) await this.#forgetUnbegun();
      throw thrown;
    } finally {
      this.#events.end();
    }
  }
}

function isDiverged(thrown: unknown): boolean {
  return thrown instanceof OrchestraError && thrown.code === 'RUN_DIVERGED';
}
