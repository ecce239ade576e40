import { join } from 'node:path';
import { createThreadSessions, type ThreadSession } from '../engine/handlers/codergen-threads.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import type { BlobHash, Journal, RunRow, Turn } from '../engine/ports/journal.ts';
import type { TemplateEngine } from '../engine/ports/template-engine.ts';
import { createTraversal } from '../engine/walk/traverse.ts';
import type { EventLine } from '../contract/event-line.ts';
import { eventLineOf } from '../journal/folds/event-line.ts';
import { RunFold } from '../journal/folds/run-fold.ts';
import { hydrate, wholeTurns } from '../journal/hydrate.ts';
import { RunDirectory } from '../journal/run-directory/run-directory.ts';
import type { RunView } from '../contract/run-view.ts';
import type { ChildRequest } from '../runtime/local/child-runs.ts';
import { systemClock } from '../runtime/local/clock.ts';
import { LocalRuntime, type LoadedRun, type RunEnd, type RunHandle } from '../runtime/local/local-runtime.ts';
import { loadBlake3, type Blake3 } from '../shared/hash.ts';
import type { Json } from '../shared/json.ts';
import { thisProcess } from '../shared/process/identity.ts';
import { Broadcast } from './broadcast.ts';
import { loadProgram } from './bundles.ts';
import { customTypesOf, type Extensions } from './extensions.ts';
import type { Project } from './project.ts';
import { readSettings } from './settings.ts';
import { stepHandlers } from './step-handlers.ts';

export interface SessionParts {
  readonly project: Project;
  readonly journal: Journal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly registry: ReadonlyMap<string, AgentAdapter>;
  readonly extensions: Extensions;
  readonly templates: TemplateEngine;
  /** Answers questions in this process; absent leaves them to other processes. */
  readonly interviewer?: Interviewer;
}

/** How a session ended: the run's view, with the state it was left in. */
export interface SessionEnd {
  readonly state: RunEnd['state'];
  readonly view: RunView;
}

/**
 * One process walking one run, from wherever its journal stands. `run`, `resume`, the server and MCP
 * all open sessions here, so that a resumed run is the same run.
 */
export class Session {
  readonly runId: string;
  readonly done: Promise<SessionEnd>;
  readonly #parts: SessionParts;
  readonly #fold: RunFold;
  readonly #events = new Broadcast<EventLine>();
  readonly #handle: RunHandle;

  private constructor(row: RunRow, parts: SessionParts, past: Past, hash: Blake3, edited: BlobHash | undefined) {
    this.runId = row.id;
    this.#parts = parts;
    this.#fold = past.fold;
    this.#handle = this.#runtime(row, past, hash).walk(row.id, edited);
    this.done = this.#conclude();
  }

  /**
   * @param row the run, created before
   * @param edited bundle of an edited pipeline to go on with
   */
  static async open(row: RunRow, parts: SessionParts, edited?: BlobHash): Promise<Session> {
    return new Session(row, parts, await readPast(parts.journal, row.id), await loadBlake3(), edited);
  }

  /** Events committed since this session began, children's included, as they happen; ends with the session. */
  events(): AsyncIterable<EventLine> {
    return this.#events.read();
  }

  /** Lets running steps end for a while, then leaves the run resumable. */
  pause(): void {
    this.#handle.pause();
  }

  cancel(reason: string): void {
    this.#handle.cancel(reason);
  }

  #runtime(row: RunRow, past: Past, hash: Blake3): LocalRuntime {
    const { journal, project, interviewer } = this.#parts;
    const sessions = createThreadSessions(async (runId, thread) => (runId === row.id ? past.threads.get(thread) : undefined));
    return new LocalRuntime({
      journal,
      clock: systemClock,
      holder: thisProcess(),
      scratch: join(project.home, 'scratch'),
      load: (run) => this.#load(run, sessions, hash),
      createChild: (request) => this.#createChild(row, request),
      readArtifact: (runId, name) => this.#readArtifact(runId, name),
      onTurns: (runId, turns) => this.#onTurns(runId, turns),
      ...(interviewer ? { interviewer } : {}),
    });
  }

  async #load(row: RunRow, sessions: ReturnType<typeof createThreadSessions>, hash: Blake3): Promise<LoadedRun> {
    const { journal, extensions, registry, templates, env } = this.#parts;
    const settings = readSettings(row.settings);
    const program = await loadProgram(journal, row.bundle, customTypesOf(extensions));
    return {
      traversal: createTraversal(program, { inputs: settings.inputs }),
      handlers: stepHandlers({ settings, registry, extensions, sessions, templates, journal, hash, env }),
      cwd: row.cwd,
    };
  }

  async #createChild(parent: RunRow, request: ChildRequest): Promise<void> {
    const { journal } = this.#parts;
    if (await journal.run(request.runId)) return;
    const settings = { ...readSettings(parent.settings), inputs: request.input, goal: '' };
    const { graph } = await loadProgram(journal, request.bundle, customTypesOf(this.#parts.extensions));
    await journal.createRun({
      id: request.runId,
      pipeline: graph.name,
      bundle: request.bundle,
      walkVersion: parent.walkVersion,
      cwd: parent.cwd,
      parent: request.parent,
      settings: await journal.keep(settings as unknown as Json),
      at: systemClock.now(),
    });
  }

  async #readArtifact(runId: string, name: string): Promise<Json | undefined> {
    const content = runId === this.runId ? this.#fold.artifact(name) : undefined;
    return content === undefined ? undefined : hydrate(this.#parts.journal, content);
  }

  #onTurns(runId: string, turns: readonly Turn[]): void {
    for (const turn of turns) {
      if (runId === this.runId) this.#fold.add(turn);
      const line = eventLineOf(runId, turn);
      if (line) this.#events.send(line);
    }
  }

  async #conclude(): Promise<SessionEnd> {
    try {
      const { state } = await this.#handle.done;
      const { journal, project } = this.#parts;
      const row = await journal.run(this.runId);
      if (!row) throw new Error(`run ${this.runId} vanished`);
      const { file, runDirectory } = readSettings(row.settings);
      const folder = runDirectory ?? join(project.home, 'runs', this.runId);
      await new RunDirectory({ journal, folder, pipelineFile: file }).write(row, this.#fold);
      return { state, view: this.#fold.view(row) };
    } finally {
      this.#events.end();
    }
  }
}

/** What earlier processes left of a run. */
interface Past {
  readonly fold: RunFold;
  /** Agent sessions by thread. */
  readonly threads: ReadonlyMap<string, ThreadSession>;
}

async function readPast(journal: Journal, runId: string): Promise<Past> {
  const fold = new RunFold();
  const threads = new Map<string, ThreadSession>();
  for await (const turn of wholeTurns(journal, journal.tail(runId, 0))) {
    fold.add(turn);
    if (turn.type !== 'AgentSessionStarted') continue;
    // Written by a step's `emit`, kept as it was.
    const { thread, agent, sessionId } = turn.payload as unknown as ThreadSession & { readonly thread?: string };
    if (thread !== undefined) threads.set(thread, { agent, sessionId });
  }
  return { fold, threads };
}
