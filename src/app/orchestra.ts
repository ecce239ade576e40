import { existsSync, statSync } from 'node:fs';
import { parseScript } from '../agents/scripted/script.ts';
import { createNodeTemplateEngine } from '../agents/templates/node-engine.ts';
import type { Command } from '../contract/command.ts';
import { finalStates } from '../contract/run.ts';
import type { RunView } from '../contract/run-view.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import type { Journal, RunFilter, RunRow } from '../engine/ports/journal.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import { walkVersion } from '../engine/walk/traverse.ts';
import { RunFold } from '../journal/folds/run-fold.ts';
import { hydrate, wholeTurns } from '../journal/hydrate.ts';
import { openSqliteJournal } from '../journal/sqlite/sqlite-journal.ts';
import { textOf } from '../language/graph/attributes.ts';
import { attributeChanges, type AttributeChange } from '../language/graph/changes.ts';
import type { Compilation } from '../language/compile.ts';
import { createRedactor, type Redactor } from '../shared/redaction.ts';
import { OrchestraError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { agentRegistry, chooseBackend, type BackendChoice } from './backends.ts';
import { loadProgram, storeBundle } from './bundles.ts';
import { compileFile, type CompileFileOptions } from './compile-file.ts';
import { readConfiguration, secretsFrom, type Configuration } from './configuration.ts';
import { customTypesOf, type Extensions } from './extensions.ts';
import { graphsOf } from './graphs-of.ts';
import { findProject, prepareHome, type Project } from './project.ts';
import { newRunId } from './run-id.ts';
import { Session, type SessionParts } from './session.ts';
import { makeFolder } from './text-file.ts';
import { readSettings, type RunSettings } from './settings.ts';
import { answeredHere } from './answered-here.ts';

export interface OrchestraOptions {
  /** Where the project is looked for, upward. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly extensions?: Extensions;
  /** False: a project without state is read as an empty one and nothing is made in it. */
  readonly isNew?: boolean;
  /** Told while another process holds the journal's lock. */
  readonly onWaiting?: (waitedMs: number) => void;
}

export interface StartRequest {
  readonly file: string;
  readonly compilation: Compilation;
  readonly inputs?: Readonly<Record<string, Json>> | undefined;
  readonly backend?: string | undefined;
  /** Text of a script file, for backend `scripted`. */
  readonly script?: string | undefined;
  readonly answers?: readonly string[] | undefined;
  readonly autoApprove?: boolean | undefined;
  readonly runDirectory?: string | undefined;
  /** Folder tools and agents work in. */
  readonly cwd: string;
  readonly interviewer?: Interviewer | undefined;
}

export interface ResumeOptions {
  /** Chosen by what the run was started with and how many questions were answered already. */
  readonly interviewer?: (settings: RunSettings, answered: number) => Interviewer | undefined;
  /** An edited pipeline to go on with; refused with `RUN_DIVERGED` where the record does not lead through it. */
  readonly edited?: Compilation;
}

export interface Started {
  readonly session: Session;
  readonly backend: BackendChoice;
}

interface Opened {
  readonly project: Project;
  readonly configuration: Configuration;
  readonly journal: Journal;
  readonly redactor: Redactor;
}

/** A project opened for work: the one door that CLI, server and library come through. */
export class Orchestra {
  readonly project: Project;
  readonly configuration: Configuration;
  readonly journal: Journal;
  readonly #redactor: Redactor;
  readonly #env: OrchestraOptions['env'];
  readonly #extensions: Extensions;
  readonly #registry: ReadonlyMap<string, AgentAdapter>;

  private constructor(options: OrchestraOptions, { project, configuration, journal, redactor }: Opened) {
    this.project = project;
    this.configuration = configuration;
    this.journal = journal;
    this.#redactor = redactor;
    this.#env = options.env;
    this.#extensions = options.extensions ?? {};
    this.#registry = agentRegistry(this.#extensions, configuration, options.env);
  }

  static async open(options: OrchestraOptions): Promise<Orchestra> {
    const project = findProject(options.cwd, options.env);
    const configuration = await readConfiguration(project.root);
    const redactor = createRedactor(Object.fromEntries(secretsFrom(configuration, options.env)));
    const journal = await openJournal(project, redactor, options);
    return new Orchestra(options, { project, configuration, journal, redactor });
  }

  compileFile(path: string, options: Omit<CompileFileOptions, 'extensions'> = {}): Promise<Compilation> {
    return compileFile(path, { ...options, extensions: this.#extensions });
  }

  /**
   * Creates a run of a compiled pipeline and walks it in this process.
   * @throws OrchestraError PIPELINE_INVALID, CONFIG_INVALID (script), USAGE (cwd), FILE_UNWRITABLE, BACKEND_UNKNOWN, BACKEND_MISSING, TOOL_MISSING
   */
  async start(request: StartRequest): Promise<Started> {
    const { compilation, script, answers, runDirectory } = request;
    if (script !== undefined) parseScript(script);
    if (!isFolder(request.cwd)) throw new OrchestraError('USAGE', `${request.cwd} is not a folder to work in`);
    const { bundle, graph } = compilation;
    if (!bundle || !graph) throw new OrchestraError('PIPELINE_INVALID', `${request.file} has errors`);
    if (runDirectory !== undefined) await makeFolder(runDirectory);
    const backend = await chooseBackend({
      graphs: graphsOf(bundle),
      asked: request.backend,
      configured: this.configuration.backend,
      hasScript: script !== undefined,
      registry: this.#registry,
      extensions: this.#extensions,
    });
    const now = new Date();
    const settings: Json = {
      file: request.file,
      goal: textOf(graph, 'goal') ?? '',
      inputs: request.inputs ?? {},
      backend: backend.name,
      backendAsked: request.backend !== undefined,
      autoApprove: request.autoApprove ?? false,
      ...(script === undefined ? {} : { script }),
      ...(answers === undefined ? {} : { answers }),
      ...(runDirectory === undefined ? {} : { runDirectory }),
    };
    const row = await this.journal.createRun({
      id: newRunId(now),
      pipeline: graph.name,
      bundle: await storeBundle(this.journal, bundle),
      walkVersion,
      cwd: request.cwd,
      settings: await this.journal.keep(settings),
      at: now.getTime(),
    });
    return { session: await Session.open(row, this.#sessionParts(request.interviewer)), backend };
  }

  /** Walks an existing run on in this process; see `ResumeOptions`. */
  async resume(runId: string, { interviewer, edited }: ResumeOptions = {}): Promise<Session> {
    const row = await this.findRun(runId);
    if (finalStates.has(row.state)) throw new OrchestraError('RUN_FINISHED', `run ${row.id} is ${row.state}`);
    const settings = await readSettings(this.journal, row.settings);
    const chosen = interviewer?.(settings, await answeredHere(this.journal, row.id));
    const bundle = edited?.bundle && (await storeBundle(this.journal, edited.bundle));
    return Session.open(row, this.#sessionParts(chosen), bundle);
  }

  /** What an edited pipeline says otherwise of nodes this run has finished: it is not done again (R9). */
  async changesBehind(row: RunRow, edited: Compilation): Promise<readonly AttributeChange[]> {
    if (!edited.graph) return [];
    const { graph } = await loadProgram(this.journal, row.bundle, customTypesOf(this.#extensions));
    const finished = new Set((await this.view(row)).visited);
    return attributeChanges(graph, edited.graph).filter(({ node }) => finished.has(node));
  }

  runs(filter?: RunFilter): Promise<readonly RunRow[]> {
    return this.journal.runs(filter);
  }

  /** The run of an id, of an unambiguous beginning of one, or `last`. */
  async findRun(idOrPrefix: string): Promise<RunRow> {
    const exact = await this.journal.run(idOrPrefix);
    if (exact) return exact;
    const rows = await this.journal.runs({ withChildren: true });
    if (idOrPrefix === 'last') {
      const newest = rows.find((row) => !row.parent);
      if (newest) return newest;
    }
    const matches = rows.filter((row) => row.id.startsWith(idOrPrefix));
    if (matches.length === 1 && matches[0]) return matches[0];
    const problem = matches.length === 0 ? 'there is no run' : `${matches.length} runs begin with`;
    throw new OrchestraError('RUN_UNKNOWN', `${problem} ${idOrPrefix}`);
  }

  /** Id of the run that started this one, at any depth; its own where none did. */
  async rootOf(row: RunRow): Promise<string> {
    const parent = row.parent && (await this.journal.run(row.parent.runId));
    return parent ? this.rootOf(parent) : row.id;
  }

  async view(row: RunRow): Promise<RunView> {
    return (await this.#fold(row.id)).view(row);
  }

  /** The newest artifact of that name of a run, in full. */
  async artifact(runId: string, name: string): Promise<Json | undefined> {
    const content = (await this.#fold(runId)).artifact(name);
    return content === undefined ? undefined : hydrate(this.journal, content);
  }

  /** Puts a command into a run's inbox; `id` makes a repeated sending harmless. */
  async send(runId: string, command: Command, by: string, id: string): Promise<'accepted' | 'already'> {
    const kept = await this.journal.keep(command);
    return this.journal.send(runId, { id, command: kept, by, at: Date.now() });
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  async #fold(runId: string): Promise<RunFold> {
    const fold = new RunFold();
    for await (const turn of wholeTurns(this.journal, this.journal.tail(runId, 0))) fold.add(turn);
    return fold;
  }

  #sessionParts(interviewer: Interviewer | undefined): SessionParts {
    const asked = this.#extensions.interviewer ?? interviewer;
    return {
      project: this.project,
      journal: this.journal,
      redactor: this.#redactor,
      env: this.#env,
      registry: this.#registry,
      extensions: this.#extensions,
      templates: createNodeTemplateEngine(),
      ...(asked ? { interviewer: asked } : {}),
    };
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

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
