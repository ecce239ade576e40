import { statSync } from 'node:fs';
import { parseScript } from '../agents/scripted/script.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import { walkVersion } from '../engine/walk/traverse.ts';
import type { Compilation } from '../language/compile.ts';
import { textOf } from '../language/graph/attributes.ts';
import type { Graph } from '../language/graph/graph.ts';
import { OrchestraError } from '../shared/errors.ts';
import { failpoint } from '../shared/failpoint.ts';
import type { Json } from '../shared/json.ts';
import type { Redactor } from '../shared/redaction.ts';
import { chooseBackend, type BackendChoice } from './backends.ts';
import { storeBundle } from './bundles.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { Extensions } from './extensions.ts';
import { graphsOf } from './graphs-of.ts';
import { maxLimitWaitOf } from './project-routing.ts';
import { newRunId } from './run-id.ts';
import { assertWorkable, recordedStaff } from './recorded-staff.ts';
import type { RunSettings } from './settings.ts';
import { assertToolNodesConfined } from './tool-confinement.ts';
import { makeFolder } from './text-file.ts';
import { mayHaveWorkspace } from './workspace/may-have-workspace.ts';
import type { PlannedWorkspace } from './workspace/plan-workspace.ts';

/** What a run shall be of; everything in it is recorded with the run. */
export interface RunRequest {
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
  /** False: in that folder itself, whatever repository it lies in; as the graph says unless told. */
  readonly workspace?: boolean | undefined;
}

export interface RunCreation {
  /** Folder of the project's state. */
  readonly home: string;
  readonly journal: Journal;
  readonly configuration: Configuration;
  readonly extensions: Extensions;
  readonly registry: ReadonlyMap<string, AgentAdapter>;
}

export interface CreatedRun {
  readonly row: RunRow;
  readonly backend: BackendChoice;
  /** What a person should know about where it works. */
  readonly notices: readonly string[];
}

/**
 * Records a new run after checking everything that can be wrong with it: what is refused leaves no run.
 * @throws OrchestraError PIPELINE_INVALID, CONFIG_INVALID (script), USAGE (cwd), FILE_UNWRITABLE, BACKEND_UNKNOWN, BACKEND_MISSING, TOOL_MISSING, MODEL_UNMAPPED, SANDBOX_UNAVAILABLE
 */
export async function createRun(request: RunRequest, parts: RunCreation): Promise<CreatedRun> {
  const { compilation, script, cwd, runDirectory } = request;
  const { bundle, graph } = compilation;
  if (!bundle || !graph) throw new OrchestraError('PIPELINE_INVALID', `${request.file} has errors`);
  if (script !== undefined) parseScript(script);
  if (!isFolder(cwd)) throw new OrchestraError('USAGE', `${cwd} is not a folder to work in`);
  const { journal, configuration, extensions, registry } = parts;
  const graphs = graphsOf(bundle);
  const staff = recordedStaff(configuration);
  const backend = await chooseBackend({
    graphs,
    asked: request.backend,
    configured: configuration.backend,
    hasScript: script !== undefined,
    registry,
    extensions,
    people: staff.people,
  });
  await assertWorkable(graphs, {
    settings: { backend: backend.name, backendAsked: request.backend !== undefined, staff },
    registry,
    extensions,
  });
  await assertToolNodesConfined(graphs, configuration, extensions);
  if (runDirectory !== undefined) await prepareRunDirectory(runDirectory, journal.redactor);
  const now = new Date();
  const run = { id: newRunId(now), pipeline: journal.redactor.text(graph.name) };
  const workspace = await workspaceOf(request, run, parts);
  const row = await journal.createRun({
    ...run,
    bundle: await storeBundle(journal, bundle),
    walkVersion,
    cwd,
    settings: await journal.keep(
      settingsOf(request, { backend, staff, configuration, workspace, goal: textOf(graph, 'goal') ?? '' }),
    ),
    at: now.getTime(),
  });
  failpoint('run:created');
  return { row, backend, notices: [...workspace.notices, ...sharedFolderNotice(graphs, workspace)] };
}

/** What is recorded of a run has no secrets in it, and a folder without them is another folder. */
async function prepareRunDirectory(path: string, redactor: Redactor): Promise<void> {
  const recorded = redactor.text(path);
  if (recorded !== path) throw new OrchestraError('USAGE', `the path of the run directory holds a secret: ${recorded}`);
  await makeFolder(path);
}

async function workspaceOf(
  { cwd, compilation: { graph }, workspace = graph === undefined || textOf(graph, 'workspace') !== 'none' }: RunRequest,
  { id, pipeline }: Pick<RunRow, 'id' | 'pipeline'>,
  { configuration, home }: RunCreation,
): Promise<PlannedWorkspace> {
  if (!workspace) return { notices: [] };
  if (!mayHaveWorkspace(configuration, cwd)) return { notices: [] };
  // Most folders without a repository need not wait for Git.
  const { planWorkspace } = await import('./workspace/plan-workspace.ts');
  return planWorkspace({ runId: id, pipeline, cwd, home, configuration });
}

/** Agents that race in one folder overwrite each other's work. */
function sharedFolderNotice(graphs: readonly Graph[], { plan }: PlannedWorkspace): readonly string[] {
  const races = graphs.some(({ nodes }) => [...nodes.values()].some((node) => textOf(node, 'race.of') !== undefined));
  if (plan || !races) return [];
  return [
    "Agents race in one folder and see each other's files. Each has its own in a Git repository with a commit, or where " +
      '`workspace.repos` in orchestra.yaml names this folder, of which the run then works in a copy.',
  ];
}

interface SettingsParts {
  readonly backend: BackendChoice;
  readonly staff: RunSettings['staff'];
  readonly configuration: Configuration;
  readonly workspace: PlannedWorkspace;
  readonly goal: string;
}

/** As `readSettings` reads them. */
function settingsOf(request: RunRequest, { backend, staff, configuration, workspace, goal }: SettingsParts): Json {
  const maxLimitWaitMs = maxLimitWaitOf(configuration);
  const { file, inputs = {}, autoApprove = false, script, answers, runDirectory } = request;
  return {
    file,
    goal,
    inputs,
    backend: backend.name,
    backendAsked: request.backend !== undefined,
    autoApprove,
    // Plain data by its type.
    staff: staff as unknown as Json,
    ...(maxLimitWaitMs === undefined ? {} : { maxLimitWaitMs }),
    ...(workspace.mergeBranches ? { mergeBranches: workspace.mergeBranches } : {}),
    // Plain data by its type.
    ...(workspace.plan ? { workspace: workspace.plan as unknown as Json } : {}),
    ...(script === undefined ? {} : { script }),
    ...(answers === undefined ? {} : { answers }),
    ...(runDirectory === undefined ? {} : { runDirectory }),
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
