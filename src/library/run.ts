import { dirname, resolve } from 'node:path';
import { compileFile, compileSource } from '../app/compile-file.ts';
import type { Configuration } from '../app/configuration/configuration.ts';
import { readProjectConfiguration } from '../app/configuration/read-configuration.ts';
import type { Extensions } from '../app/extensions.ts';
import { Orchestra } from '../app/orchestra.ts';
import type { EventLine } from '../contract/event-line.ts';
import { resultLineOf, type ResultLine } from '../contract/result-line.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import type { Compilation, SourceFile } from '../language/compile.ts';
import { messageOf, OrchestraError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';

export interface CompileOptions {
  readonly extensions?: Extensions;
  /** Refuses what is not in the Attractor text. */
  readonly attractorOnly?: boolean;
  /** Reads the habits of Graphviz that are otherwise refused, with a warning for each. */
  readonly lenient?: boolean;
  /** From where the project whose agents it names is looked for; the current folder by default. */
  readonly cwd?: string;
  /** Somebody else will do the work of all nodes: the agents they name need not be known. */
  readonly takesAnyAgent?: boolean;
  /** Environment of its configuration; the process's own by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads, transforms and checks a pipeline: a file by its path, or a text with the path that stands for it.
 * Problems of the pipeline are diagnostics; an unreadable file throws `FILE_UNREADABLE`.
 */
export async function compile(source: string | SourceFile, options: CompileOptions = {}): Promise<Compilation> {
  const { cwd = process.cwd(), env = process.env } = options;
  return compileFor(source, await readProjectConfiguration({ cwd, env }), options);
}

function compileFor(
  source: string | SourceFile,
  configuration: Configuration,
  { extensions = {}, attractorOnly = false, lenient = false, takesAnyAgent = false }: CompileOptions,
): Promise<Compilation> {
  const options = { extensions, attractorOnly, lenient, takesAnyAgent, configuration };
  if (typeof source === 'string') return compileFile(source, options);
  return compileSource(source, { ...options, folder: dirname(resolve(source.path)) });
}

export interface RunOptions {
  readonly inputs?: Readonly<Record<string, Json>>;
  /** `simulation`, `scripted`, `claude-code`, or one of `extensions.backends`; else what is installed. */
  readonly backend?: string;
  /** Text of a script, for backend `scripted`. */
  readonly script?: string;
  readonly extensions?: Extensions;
  /** Answers questions; without one a gate that cannot decide itself leaves the run waiting. */
  readonly interviewer?: Interviewer;
  /** Folder tools and agents work in, and from which the project is looked for; the current one by default. */
  readonly cwd?: string;
  /** Environment of tools, agents and configuration; the process's own by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly runDirectory?: string;
  /** Told every event as it happens (9.6). What it throws is told as a warning of the process and harms nothing. */
  readonly onEvent?: (event: EventLine) => void;
}

/** A run in this process. */
export interface Run {
  readonly id: string;
  /**
   * Everything that happens from here on; ends with the run. May be read more than once and at any time, always from the
   * beginning: also after `result`, as long as the project keeps the run.
   */
  events(): AsyncIterable<EventLine>;
  /** What the machine interface prints last. Rejects only when the run itself could not go on. */
  readonly result: Promise<ResultLine>;
  /** Lets running steps end for a while, then leaves the run resumable. */
  pause(): void;
  cancel(reason: string): void;
}

/**
 * Runs a pipeline durably in this process, in the project of `cwd`.
 * @throws OrchestraError PIPELINE_INVALID with the diagnostics in `details`, BACKEND_UNKNOWN, BACKEND_MISSING
 */
export async function run(source: string | SourceFile, options: RunOptions = {}): Promise<Run> {
  const { extensions = {}, cwd = process.cwd(), env = process.env } = options;
  const takesAnyAgent = options.backend !== undefined || options.script !== undefined;
  const configuration = await readProjectConfiguration({ cwd, env });
  const compilation = valid(source, await compileFor(source, configuration, { extensions, takesAnyAgent }));
  const orchestra = await Orchestra.open({ cwd, env, extensions, configuration });
  try {
    const { inputs, backend, script, interviewer, runDirectory } = options;
    const { session } = await orchestra.start({
      file: fileOf(source),
      compilation,
      cwd,
      interviewer,
      inputs,
      backend,
      script,
      runDirectory,
    });
    return opened(orchestra, session, options.onEvent);
  } catch (thrown) {
    await orchestra.close();
    throw thrown;
  }
}

/** A turn of a run: its number, as `RunView.turns` lists them, or the newest of those. */
export type TurnName = number | 'last';

export interface ResumeOptions extends Pick<RunOptions, 'extensions' | 'interviewer' | 'cwd' | 'env' | 'onEvent'> {
  /** Goes back to this turn first, also where the run has ended: what came after it is no part of the run any more. */
  readonly turn?: TurnName;
}

/**
 * Walks a run on from its last commit, or from an earlier turn. The extensions must be those it was started with.
 * @throws OrchestraError RUN_UNKNOWN, RUN_FINISHED, TURN_UNKNOWN, TURN_LEFT_BEHIND
 */
export async function resume(runId: string, options: ResumeOptions = {}): Promise<Run> {
  const { turn, interviewer } = options;
  return goOn(options, async (orchestra) => {
    const row = await orchestra.findRun(runId);
    if (turn !== undefined) await orchestra.goBack(row, await orchestra.findTurn(row, String(turn)));
    return orchestra.resume(row.id, { interviewer: () => interviewer });
  });
}

export interface ForkOptions extends Omit<ResumeOptions, 'turn'> {
  readonly turn: TurnName;
  /** Inputs that are others than those of the run. */
  readonly inputs?: Readonly<Record<string, Json>>;
  /** An edited pipeline to go on with: the record up to the turn must lead through it. */
  readonly pipeline?: string | SourceFile;
}

/**
 * Goes on from a turn of a run as a new run; that one stays what it is. `result` rejects with `RUN_DIVERGED` where the
 * record does not lead through the edited pipeline; then there is no new run.
 * @throws OrchestraError RUN_UNKNOWN, TURN_UNKNOWN, PIPELINE_INVALID
 */
export async function fork(runId: string, options: ForkOptions): Promise<Run> {
  const { turn, inputs, pipeline, interviewer, extensions = {} } = options;
  return goOn(options, async (orchestra) => {
    const source = await orchestra.findRun(runId);
    const at = await orchestra.findTurn(source, String(turn));
    const edited = pipeline === undefined ? undefined : await editedPipeline(pipeline, orchestra, extensions);
    return orchestra.fork({ source, turn: at, inputs, edited }, () => interviewer);
  });
}

async function editedPipeline(
  source: string | SourceFile,
  { configuration }: Orchestra,
  extensions: Extensions,
): Promise<{ readonly file: string; readonly compilation: Compilation }> {
  return { file: fileOf(source), compilation: valid(source, await compileFor(source, configuration, { extensions })) };
}

function fileOf(source: string | SourceFile): string {
  return typeof source === 'string' ? source : source.path;
}

function valid(source: string | SourceFile, compilation: Compilation): Compilation {
  if (compilation.ok) return compilation;
  const { diagnostics } = compilation;
  throw new OrchestraError('PIPELINE_INVALID', `${fileOf(source)} has errors`, { details: { diagnostics } });
}

/** Opens the project for a session, and closes it where there is none. */
async function goOn(
  { extensions = {}, cwd = process.cwd(), env = process.env, onEvent }: ResumeOptions,
  open: (orchestra: Orchestra) => Promise<Session>,
): Promise<Run> {
  const orchestra = await Orchestra.open({ cwd, env, extensions });
  try {
    return opened(orchestra, await open(orchestra), onEvent);
  } catch (thrown) {
    await orchestra.close();
    throw thrown;
  }
}

type Session = Awaited<ReturnType<Orchestra['resume']>>;

/** The journal is closed when the run comes to rest. */
function opened(orchestra: Orchestra, session: Session, onEvent: RunOptions['onEvent']): Run {
  const observed = onEvent && observe(session, onEvent);
  const result = (async (): Promise<ResultLine> => {
    try {
      const { view } = await session.done;
      await observed;
      const line = resultLineOf(view);
      if (!line) throw new OrchestraError('INTERNAL', `run ${view.runId} was left ${view.state}`);
      return line;
    } finally {
      await orchestra.close();
    }
  })();
  // Who only reads the events must not be met by an unhandled rejection; `result` still rejects for whoever awaits it.
  result.catch(() => undefined);
  return {
    id: session.runId,
    events: () => session.events(),
    result,
    pause: () => session.pause(),
    cancel: (reason) => session.cancel(reason),
  };
}

/** The observer may fail as often as it likes: it is warned of once, and goes on being told. */
async function observe(session: Session, onEvent: (event: EventLine) => void): Promise<void> {
  let isWarned = false;
  for await (const event of session.events()) {
    try {
      onEvent(event);
    } catch (thrown) {
      if (!isWarned) process.emitWarning(`an observer of run ${session.runId} failed: ${messageOf(thrown)}`);
      isWarned = true;
    }
  }
}
