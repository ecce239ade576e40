import { existsSync } from 'node:fs';
import type { Command } from '../contract/command.ts';
import { finalStates } from '../contract/run.ts';
import type { RunDifference } from '../contract/run-difference.ts';
import type { RunView } from '../contract/run-view.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import type { BlobHash, Journal, RunFilter, RunRow } from '../engine/ports/journal.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import { foldRun } from '../journal/folds/fold-run.ts';
import type { OnWaiting } from '../journal/sqlite/busy.ts';
import { openSqliteJournal } from '../journal/sqlite/sqlite-journal.ts';
import type { AttributeChange } from '../language/graph/changes.ts';
import type { Compilation } from '../language/compile.ts';
import { createRedactor, type Redactor } from '../shared/redaction.ts';
import { OrchestraError } from '../shared/errors.ts';
import { answeredHere } from './answered-here.ts';
import type { BackendChoice } from './backends.ts';
import type { CompileFileOptions } from './compile-file.ts';
import type { Configuration } from './configuration/configuration.ts';
import { readConfiguration } from './configuration/read-configuration.ts';
import { secretsFrom } from './configuration/secrets-from.ts';
import type { RunRequest } from './create-run.ts';
import type { Extensions } from './extensions.ts';
import type { ForkRequest } from './fork.ts';
import { findRun } from './find-run.ts';
import type { RunningMirror } from './mirroring.ts';
import { prepareHome } from './prepare-home.ts';
import { findProject, type Project } from './project.ts';
import type { ReplayRequest, ReplaySession } from './replay.ts';
import { returnedTo } from './return-of-code.ts';
import type { Session, SessionParts } from './session.ts';
import type { RunSettings } from './settings.ts';
import { wholeView } from './whole-view.ts';
import type { GoneBack } from './go-back.ts';
import type { PublishedRepository, PublishRunRequest } from './workspace/publish-run.ts';

export interface OrchestraOptions {
  /** Where the project is looked for, upward. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly extensions?: Extensions;
  /** That of the project, where it has been read already. */
  readonly configuration?: Configuration;
  /** Only what needs no network may be used. */
  readonly isOffline?: boolean;
  /** False: a project without state is read as an empty one and nothing is made in it. */
  readonly isNew?: boolean;
  /** Told while another process holds the journal's lock. */
  readonly onWaiting?: OnWaiting;
  /** Told what a person should know of work in the background. */
  readonly onNotice?: (text: string) => void;
}

export interface StartRequest extends RunRequest {
  readonly interviewer?: Interviewer | undefined;
}

export interface ResumeOptions {
  /** Chosen by what the run was started with and, where it is asked, how many questions were answered already. */
  readonly interviewer?: (
    settings: RunSettings,
    answered: () => Promise<number>,
  ) => Promise<Interviewer | undefined> | Interviewer | undefined;
  /** An edited pipeline to go on with; refused with `RUN_DIVERGED` where the record does not lead through it. */
  readonly edited?: Compilation;
  /** The run is only walked to the end that lies in its inbox. */
  readonly toItsEnd?: boolean;
}

export interface Started {
  readonly session: Session;
  readonly backend: BackendChoice;
  /** What a person should know about where it works. */
  readonly notices: readonly string[];
}

interface Opened {
  readonly project: Project;
  readonly configuration: Configuration;
  readonly journal: Journal;
}

export type { OnWaiting };

/**
 * A project opened for work: the one door that CLI, server and library come through. Looking at runs
 * loads little; what it takes to walk one is imported when one is walked.
 */
export class Orchestra {
  readonly project: Project;
  readonly configuration: Configuration;
  readonly journal: Journal;
  readonly #extensions: Extensions;
  readonly #isOffline: boolean;
  /** Readings of past events that are under way. */
  readonly #readings = new Set<Promise<unknown>>();
  #isClosed = false;
  readonly #onNotice: (text: string) => void;
  /** Made when a run is walked first. */
  #mirroring: Promise<RunningMirror | undefined> | undefined;
  #registry: ReadonlyMap<string, AgentAdapter> | undefined;

  private constructor(options: OrchestraOptions, { project, configuration, journal }: Opened) {
    this.project = project;
    this.configuration = configuration;
    this.journal = journal;
    this.#extensions = options.extensions ?? {};
    this.#isOffline = options.isOffline ?? false;
    this.#onNotice = options.onNotice ?? (() => undefined);
  }

  static async open(options: OrchestraOptions): Promise<Orchestra> {
    const project = findProject(options.cwd, options.env);
    const configuration = options.configuration ?? (await readConfiguration(project.root, options.env));
    const redactor = createRedactor(Object.fromEntries(secretsFrom(configuration)));
    const journal = await openJournal(project, redactor, options);
    return new Orchestra(options, { project, configuration, journal });
  }

  async compileFile(
    path: string,
    options: Omit<CompileFileOptions, 'extensions' | 'configuration'> = {},
  ): Promise<Compilation> {
    const { compileFile } = await import('./compile-file.ts');
    return compileFile(path, { ...options, extensions: this.#extensions, configuration: this.configuration });
  }

  /** Creates a run of a compiled pipeline and walks it in this process; refuses as `createRun` says. */
  async start({ interviewer, ...request }: StartRequest): Promise<Started> {
    // What is wrong with its configuration is said before there is a run.
    await this.#mirror();
    const { createRun } = await import('./create-run.ts');
    const parts = {
      home: this.project.home,
      journal: this.journal,
      configuration: this.configuration,
      extensions: this.#extensions,
      registry: await this.#agents(),
    };
    // While agents are asked for their versions, what walks the run is loaded.
    const [{ row, backend, notices }] = await Promise.all([createRun(request, parts), walking()]);
    return { session: await this.#walk(row, interviewer), backend, notices };
  }

  /**
   * Walks an existing run on in this process; see `ResumeOptions`.
   * @throws OrchestraError RUN_UNKNOWN, RUN_FINISHED, RUN_IS_REPLAY
   */
  async resume(runId: string, { interviewer, edited, toItsEnd = false }: ResumeOptions = {}): Promise<Session> {
    const row = await this.findRun(runId);
    if (finalStates.has(row.state)) return this.#refuseFinished(row);
    const { readSettings } = await import('./settings.ts');
    const settings = await readSettings(this.journal, row.settings);
    if (settings.replayOf !== undefined && !toItsEnd) throw notResumed(row.id, settings.replayOf);
    const chosen = await interviewer?.(settings, () => answeredHere(this.journal, row.id));
    return this.#walk(row, chosen, edited);
  }

  /** Takes a run back to one of its turns, from where `resume` walks it on; refuses as `goBack` says. */
  async goBack(row: RunRow, turn: number): Promise<GoneBack> {
    const { goBack } = await import('./go-back.ts');
    return goBack(row, turn, { journal: this.journal, home: this.project.home });
  }

  /**
   * Walks on from a turn of a run, as a new run; that run stays what it is. What the record does not lead through leaves
   * no run.
   * @throws OrchestraError as `createFork` says; `done` of the session rejects with RUN_DIVERGED
   */
  async fork(request: ForkRequest, interviewer?: ResumeOptions['interviewer']): Promise<Session> {
    const [{ createFork }, { readSettings }] = await Promise.all([import('./fork.ts'), import('./settings.ts')]);
    const row = await createFork(request, this.journal);
    const settings = await readSettings(this.journal, row.settings);
    const chosen = await interviewer?.(settings, () => answeredHere(this.journal, row.id));
    return this.#walk(row, chosen);
  }

  /** The number of a turn of a run: given as it is, or as `last`. @throws OrchestraError USAGE, TURN_UNKNOWN */
  async findTurn(row: RunRow, said: string): Promise<number> {
    const { findTurn } = await import('./find-turn.ts');
    return findTurn(this.journal, row, said);
  }

  /** Pushes what a run did and opens change requests, as configured and as asked; see `publishByCommand`. */
  async publish(
    row: RunRow,
    wanted: NonNullable<PublishRunRequest['wanted']>,
    signal: AbortSignal,
  ): Promise<readonly PublishedRepository[]> {
    const { publishByCommand } = await import('./workspace/publish-by-command.ts');
    return publishByCommand({ journal: this.journal, configuration: this.configuration }, row, wanted, signal);
  }

  /** How two runs differ. */
  async diff(one: RunRow, other: RunRow): Promise<RunDifference> {
    const [{ compareRuns }, { compareCode }] = await Promise.all([
      import('./compare-runs.ts'),
      import('./workspace/compare-code.ts'),
    ]);
    const parts = { journal: this.journal, env: this.configuration.env };
    const [here, there] = await Promise.all([this.view(one), this.view(other)]);
    const sides = [
      { row: one, view: here },
      { row: other, view: there },
    ] as const;
    return compareRuns(this.journal, ...sides, (a, b) => compareCode(parts, a, b));
  }

  /** Walks a run anew by its record, as a new run; nothing is started. See `openReplay`. */
  async replay(request: ReplayRequest): Promise<ReplaySession> {
    const { openReplay } = await import('./replay.ts');
    return openReplay(request, await this.#sessionParts());
  }

  /**
   * The run whose record answers: that one itself, or what it is a replay of.
   * @throws OrchestraError RUN_UNKNOWN where the source of a replay is not in this journal
   */
  async sourceOf(row: RunRow): Promise<RunRow> {
    const { readSettings } = await import('./settings.ts');
    const { replayOf } = await readSettings(this.journal, row.settings);
    if (replayOf === undefined) return row;
    const source = await this.journal.run(replayOf);
    if (source) return this.sourceOf(source);
    throw new OrchestraError('RUN_UNKNOWN', `run ${row.id} is a replay of ${replayOf}, which is not in this journal`, {
      hint: 'Replay it from its recording with: orchestra replay --from FILE --offline',
    });
  }

  /**
   * What an edited pipeline says otherwise of nodes this run has finished: it is not done again (R9).
   * @param at only of those it had finished at this turn
   */
  async changesBehind(row: RunRow, edited: Compilation, at?: number): Promise<readonly AttributeChange[]> {
    if (!edited.graph) return [];
    const [{ loadGraph }, { attributeChanges }] = await Promise.all([
      import('./bundles.ts'),
      import('../language/graph/changes.ts'),
    ]);
    const finished = new Set((await this.view(row, at)).visited);
    const changes = attributeChanges(await loadGraph(this.journal, row.bundle), edited.graph);
    return changes.filter(({ node }) => finished.has(node));
  }

  runs(filter?: RunFilter): Promise<readonly RunRow[]> {
    return this.journal.runs(filter);
  }

  /** The run of an id, of an unambiguous beginning of one, or `last`; else throws `RUN_UNKNOWN`. */
  findRun(idOrPrefix: string): Promise<RunRow> {
    return findRun(this.journal, idOrPrefix);
  }

  /** Id of the run that started this one, at any depth; its own where none did. */
  async rootOf(row: RunRow): Promise<string> {
    const parent = row.parent && (await this.journal.run(row.parent.runId));
    return parent ? this.rootOf(parent) : row.id;
  }

  /** @param at shows the run as it was at this turn of it */
  async view(row: RunRow, at?: number): Promise<RunView> {
    if (at === undefined) return wholeView(this.journal, await foldRun(this.journal, row.id), row);
    const { runAt } = await import('./run-at.ts');
    const past = await runAt(this.journal, row, at);
    return wholeView(this.journal, past.fold, past.row);
  }

  /** Puts a command into a run's inbox; `id` makes a repeated sending harmless. */
  async send(runId: string, command: Command, by: string, id: string): Promise<'accepted' | 'already'> {
    const kept = await this.journal.keep(command);
    return this.journal.send(runId, { id, command: kept, by, at: Date.now() });
  }

  /** Events of its sessions can be read all the same: see `Session.events`. What was not mirrored yet has a moment for it. */
  async close(): Promise<void> {
    try {
      // Whoever asked for it first was told why there is none.
      const mirror = await this.#mirroring?.catch(() => undefined);
      await mirror?.end();
    } finally {
      this.#isClosed = true;
      await Promise.allSettled(this.#readings);
      await this.journal.close();
    }
  }

  async #withJournal<T>(read: (journal: Journal) => Promise<T>): Promise<T> {
    if (this.#isClosed) return readReopened(this.project, this.journal.redactor, read);
    const reading = read(this.journal);
    this.#readings.add(reading);
    try {
      return await reading;
    } finally {
      this.#readings.delete(reading);
    }
  }

  /** An ended run is not walked; what its last process left to do is done. */
  async #refuseFinished(row: RunRow): Promise<never> {
    const { finishEnded } = await import('./finish-ended.ts');
    const told = await finishEnded(this, row);
    throw new OrchestraError('RUN_FINISHED', [`run ${row.id} is ${row.state}`, ...told].join(', and '));
  }

  async #walk(row: RunRow, interviewer: Interviewer | undefined, edited?: Compilation): Promise<Session> {
    const [{ Session }, { storeBundle }] = await walking();
    await this.#returnCode(row);
    const bundle: BlobHash | undefined = edited?.bundle && (await storeBundle(this.journal, edited.bundle));
    return Session.open(row, await this.#sessionParts(this.#extensions.interviewer ?? interviewer), bundle);
  }

  /** The folders of a run that goes on from an earlier turn go back with it. */
  async #returnCode(row: RunRow): Promise<void> {
    const at = await returnedTo(this.journal, row);
    if (!at) return;
    const { returnCode } = await import('./workspace/return-code.ts');
    await returnCode({ journal: this.journal, env: this.configuration.env }, row, at);
  }

  async #sessionParts(interviewer?: Interviewer): Promise<SessionParts> {
    const mirror = await this.#mirror();
    return {
      project: this.project,
      journal: this.journal,
      withJournal: (read) => this.#withJournal(read),
      env: this.configuration.env,
      registry: await this.#agents(),
      extensions: this.#extensions,
      configuration: this.configuration,
      ...(interviewer ? { interviewer } : {}),
      ...(mirror ? { mirror } : {}),
    };
  }

  #mirror(): Promise<RunningMirror | undefined> {
    const { project, journal, configuration } = this;
    this.#mirroring ??= import('./mirroring.ts').then(({ startMirroring }) =>
      startMirroring({ project, journal, configuration, isOffline: this.#isOffline, notice: this.#onNotice }),
    );
    return this.#mirroring;
  }

  async #agents(): Promise<ReadonlyMap<string, AgentAdapter>> {
    const [{ agentRegistry }, { processRoutings }] = await Promise.all([
      import('./agent-registry.ts'),
      import('./project-routing.ts'),
    ]);
    const routing = processRoutings.of(this.project.home, this.configuration);
    this.#registry ??= agentRegistry({
      extensions: this.#extensions,
      configuration: this.configuration,
      routing,
      journal: this.journal,
      isOffline: this.#isOffline,
    });
    return this.#registry;
  }
}

/** What it takes to walk a run. */
function walking() {
  return Promise.all([import('./session.ts'), import('./bundles.ts')]);
}

function notResumed(runId: string, source: string): OrchestraError {
  return new OrchestraError('RUN_IS_REPLAY', `run ${runId} is a replay of ${source} that was cut off`, {
    hint: `Replay its source again with: orchestra replay ${source} --offline`,
  });
}

/** Nothing is made where the project has been removed meanwhile. */
async function readReopened<T>(
  project: Project,
  redactor: Redactor,
  read: (journal: Journal) => Promise<T>,
): Promise<T> {
  if (!existsSync(project.home)) throw new OrchestraError('RUN_UNKNOWN', `${project.home} is not there any more`);
  const journal = await openSqliteJournal({ folder: project.home, redactor });
  try {
    return await read(journal);
  } finally {
    await journal.close();
  }
}

async function openJournal(
  project: Project,
  redactor: Redactor,
  { isNew = true, onWaiting }: OrchestraOptions,
): Promise<Journal> {
  if (!isNew && !existsSync(project.home)) {
    const { openMemoryJournal } = await import('../journal/memory/memory-journal.ts');
    return openMemoryJournal();
  }
  await prepareHome(project);
  return openSqliteJournal({ folder: project.home, redactor, ...(onWaiting ? { onWaiting } : {}) });
}
