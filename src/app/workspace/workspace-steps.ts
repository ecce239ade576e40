import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { StepCall, StepHandler } from '../../engine/ports/step.ts';
import type { Program } from '../../engine/program.ts';
import type { WorkspaceFold } from '../../journal/folds/workspace-fold.ts';
import { textOf } from '../../language/graph/attributes.ts';
import type { Graph, Node } from '../../language/graph/graph.ts';
import type { Confinement } from '../../shared/process/confinement.ts';
import { Git } from '../../workspace/git/git.ts';
import { createFolderCommand } from '../../workspace/session/folder-command.ts';
import type { FamilyFolders } from '../../workspace/session/family-folders.ts';
import { inWorkspace } from '../../workspace/session/in-workspace.ts';
import { ChangeKeeper } from '../../workspace/session/keep-changes.ts';
import { createMergeHandler } from '../../workspace/session/merge-step.ts';
import { SessionWorkspace } from '../../workspace/session/session-workspace.ts';
import { agentChoice, type ChoiceParts } from '../agent-choice.ts';
import { scriptedBackend } from '../backends.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { branchWrites } from './branch-writes.ts';
import { describeChanges } from './describe-changes.ts';

export interface WorkspaceStepsParts extends ChoiceParts {
  readonly plan: WorkspacePlan;
  readonly program: Program;
  readonly configuration: Pick<Configuration, 'secrets' | 'env'>;
  readonly confinement: Confinement | undefined;
  /** Of all runs that are walked together. */
  readonly family: FamilyFolders;
  /** What the journal tells of the run's folders so far. */
  readonly recorded: () => Promise<WorkspaceFold>;
}

/** Puts the steps of a run into the folders it has of its own. */
export interface WorkspaceSteps {
  around(handlers: ReadonlyMap<string, StepHandler>): ReadonlyMap<string, StepHandler>;
}

export function workspaceSteps(parts: WorkspaceStepsParts): WorkspaceSteps {
  const { plan, program, configuration, confinement, family } = parts;
  const { env } = configuration;
  const git = new Git({ env });
  const command = createFolderCommand({ baseEnv: env, confinement });
  const { touches, writes } = fileAccess(parts);
  const workspace = new SessionWorkspace({
    ...{ plan, git, command, family },
    writes: branchWrites(program, (id) => {
      const node = program.graph.nodes.get(id);
      return node !== undefined && writes(node);
    }),
    recorded: async () => new Set((await parts.recorded()).worktrees().map(({ worktree }) => worktree)),
  });
  const recordedHead = async (folder: string): Promise<string | undefined> =>
    (await parts.recorded()).worktrees().find(({ worktree }) => worktree === folder)?.head;
  const keeper = new ChangeKeeper({ git, plan, family, recordedHead, ...describeChanges(parts) });
  const agentOf = ({ handler }: Pick<StepCall, 'handler'>): string | undefined =>
    handler === 'codergen' && parts.settings.backend === scriptedBackend ? scriptedBackend : undefined;
  const touchesFiles = ({ node }: { readonly node: Node }): boolean => touches(node);
  return {
    around(handlers) {
      const inside = Array.from(handlers, ([type, handler]): [string, StepHandler] => [
        type,
        inWorkspace(handler, { workspace, keeper, touchesFiles, agentOf }),
      ]);
      const agent = handlers.get('codergen');
      if (!agent) throw new Error('there is nobody to resolve conflicts');
      return new Map([...inside, ['workspace.merge', createMergeHandler({ workspace, keeper, command, agent })]]);
    },
  };
}

interface FileAccess {
  /** Works on files at all. */
  readonly touches: (node: Node) => boolean;
  /** May change them. */
  readonly writes: (node: Node) => boolean;
}

/** What nodes do with files; those of which it is not known do everything. */
function fileAccess({ program, ...choice }: WorkspaceStepsParts): FileAccess {
  const readsOnly = (node: Node): boolean =>
    textOf(node, 'agent.permissions') === 'read-only' ||
    chosen(program.graph, node, choice)?.permissions === 'read-only';
  const makesNoCalls = (node: Node): boolean => chosen(program.graph, node, choice)?.adapter.toolHooks === 'no tools';
  return {
    touches: (node) => !isAgents(program, node) || !makesNoCalls(node),
    writes(node) {
      const handler = program.handlerOf(node.id);
      if (walked.has(handler)) return childRunning.has(handler);
      return !isAgents(program, node) || !(readsOnly(node) || makesNoCalls(node));
    },
  };
}

/** What the walk itself does works in no folder, but for the children it starts. */
const childRunning: ReadonlySet<string> = new Set(['sub_pipeline', 'stack.manager_loop']);
const walked: ReadonlySet<string> = new Set([
  ...['start', 'exit', 'conditional', 'wait.human', 'parallel', 'parallel.fan_in'],
  ...childRunning,
]);

function isAgents(program: Program, node: Node): boolean {
  const handler = program.handlerOf(node.id);
  return handler === 'codergen' || handler === 'parallel.fan_in';
}

/** Undefined for a script, which does what it says, and where nobody can do the work: that is told when it is to be done. */
function chosen(graph: Graph, node: Node, parts: ChoiceParts): ReturnType<typeof agentChoice> | undefined {
  if (parts.settings.backend === scriptedBackend) return undefined;
  try {
    return agentChoice({ graph, node }, parts);
  } catch {
    return undefined;
  }
}
