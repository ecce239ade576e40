import { addUsage } from '../../contract/add-usage.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { dataBlock } from '../../engine/preamble/data-block.ts';
import { stringAttribute, textOf, withAttribute } from '../../language/graph/attributes.ts';
import type { MergeCall, NodeResult, StepCall, StepHandler, StepServices } from '../../engine/ports/step.ts';
import { messageOf, OrchestraError } from '../../shared/errors.ts';
import { advance, type ConflictFile } from '../git/merge.ts';
import { commitAt, resolveCommit } from '../git/repository.ts';
import { withTrailers } from '../messages/trailers.ts';
import { removeBranchFolder } from './branch-folders.ts';
import type { CheckedOutRepository, Checkout } from './checkout.ts';
import { conflictQuestion, conflictText, type ConflictAnswer } from './conflict-question.ts';
import type { FolderCommand } from './folder-command.ts';
import type { ChangeKeeper } from './keep-changes.ts';
import { MergeRoom, type BranchMerge } from './merge-room.ts';
import { workspaceScope } from './scopes.ts';
import { servicesWith } from './services-with.ts';
import type { SessionWorkspace } from './session-workspace.ts';

export interface MergeParts {
  readonly workspace: SessionWorkspace;
  readonly keeper: ChangeKeeper;
  readonly command: FolderCommand;
  /** The step an agent works in: it resolves conflicts in a folder. */
  readonly agent: StepHandler;
}

/** A conflict, and what was said of it. */
interface OpenMerge {
  readonly answer: ConflictAnswer | undefined;
  readonly files: readonly ConflictFile[];
  readonly text: string;
}

/** A repository, what its branch shall become, and the branches in it. */
interface Merged {
  readonly place: CheckedOutRepository;
  readonly from: string;
  readonly to: string;
  readonly scopes: readonly string[];
}

/**
 * `workspace.merge`: puts the work of branches into the folder they were branched from, in their order, in all repositories
 * or in none. Everything is merged aside first and verified there; then it is recorded what the branches become; only then
 * they move. After a crash in between, what was recorded is done.
 */
export function createMergeHandler(parts: MergeParts): StepHandler {
  return {
    async execute(call, services): Promise<NodeResult> {
      if (!call.merge) throw new Error('workspace.merge needs to know what it merges');
      const checkout = await parts.workspace.checkout(call.scope, services);
      return new Merge(parts, checkout, call, call.merge, services).run();
    },
  };
}

class Merge {
  readonly #parts: MergeParts;
  readonly #checkout: Checkout;
  readonly #call: StepCall;
  readonly #merge: MergeCall;
  readonly #services: StepServices;
  readonly #answers: ConflictAnswer[];
  #usage: NodeResult['usage'];

  constructor(parts: MergeParts, checkout: Checkout, call: StepCall, merge: MergeCall, services: StepServices) {
    this.#parts = parts;
    this.#checkout = checkout;
    this.#call = call;
    this.#merge = merge;
    this.#services = services;
    this.#answers = [...(call.answers ?? [])] as ConflictAnswer[];
  }

  async run(): Promise<NodeResult> {
    const room = new MergeRoom(this.#parts.workspace, this.#services.key.replace(/:answered.*$/, ''));
    const recorded = await this.#recorded();
    if (recorded) return this.#conclude(recorded, room);
    const merged: Merged[] = [];
    for (const place of this.#checkout.repositories) {
      const result = await this.#mergeOne(place, room);
      if ('outcome' in result) return this.#told(result);
      if (result.scopes.length > 0) merged.push(result);
    }
    const problem = await this.#verify(merged, room);
    if (problem !== undefined) return this.#told({ outcome: { status: 'fail', failureReason: problem } });
    for (const { place, to, scopes } of merged) {
      await this.#services.emit({ ...this.#about(place), type: 'WorktreeMerged', merged: scopes, sha: to });
    }
    return this.#conclude(merged, room);
  }

  /** All that an earlier start had recorded before it moved anything; undefined where it had not come so far. */
  async #recorded(): Promise<readonly Merged[] | undefined> {
    const told = (await this.#services.earlier()).filter((event) => event.type === 'WorktreeMerged');
    if (told.length === 0) return undefined;
    const merged: Merged[] = [];
    for (const place of this.#checkout.repositories) {
      const event = told.findLast(({ repo }) => repo === place.repository.name);
      const from = await this.#head(place);
      if (event) merged.push({ place, from, to: event.sha, scopes: event.merged });
      else if (await this.#hasWork(place, from)) return undefined;
    }
    return merged;
  }

  async #hasWork(place: CheckedOutRepository, from: string): Promise<boolean> {
    const heads = await Promise.all(this.#merge.scopes.map((scope) => this.#branchHead(place, scope)));
    return heads.some((head) => head !== undefined && head !== from);
  }

  async #mergeOne(place: CheckedOutRepository, room: MergeRoom): Promise<Merged | NodeResult> {
    const from = await this.#head(place);
    let to = from;
    const scopes: string[] = [];
    for (const scope of this.#merge.scopes) {
      const theirs = await this.#branchHead(place, scope);
      if (theirs === undefined) continue;
      const next = await this.#mergeBranch(place, { scope, ours: to, theirs, message: this.#message(scope) }, room);
      if (typeof next !== 'string') return next;
      to = next;
      scopes.push(scope);
    }
    return { place, from, to, scopes };
  }

  async #mergeBranch(place: CheckedOutRepository, branch: BranchMerge, room: MergeRoom): Promise<string | NodeResult> {
    const result = await room.merge(place, branch);
    if (result.kind === 'merged') return result.commit;
    const answer = this.#merge.policy === 'agent_resolves' ? 'A' : this.#answers.shift();
    const known = await room.resolved(place, branch);
    if (known !== undefined) return room.keep(place, branch, known);
    const files = result.files.map(({ path }) => path);
    await this.#services.emit({ ...this.#about(place), type: 'WorktreeMergeConflict', merging: branch.scope, files });
    const text = conflictText(place.repository.name, branch.scope, result.files);
    const resolved = await this.#resolve(place, branch, { answer, files: result.files, text }, room);
    return typeof resolved === 'string' ? room.keep(place, branch, resolved) : resolved;
  }

  async #resolve(
    place: CheckedOutRepository,
    branch: BranchMerge,
    { answer, files, text }: OpenMerge,
    room: MergeRoom,
  ): Promise<string | NodeResult> {
    switch (answer) {
      case 'O':
      case 'T':
        return room.prefer(place, branch, answer === 'O' ? 'ours' : 'theirs');
      case 'A':
        return this.#resolvedByAgent(place, branch, text, room);
      case 'R':
        return this.#concluded(place, branch, { who: 'a person', text }, room);
      case undefined:
        return this.#unresolved(place, branch, { files, text }, room);
      case 'S':
        return conflictFailure(`a person stopped the merge of ${branch.scope}`, text);
    }
  }

  async #unresolved(
    place: CheckedOutRepository,
    branch: BranchMerge,
    { files, text }: { readonly files: readonly ConflictFile[]; readonly text: string },
    room: MergeRoom,
  ): Promise<NodeResult> {
    const failure = conflictFailure(`the work of ${branch.scope} conflicts with what is there`, text);
    if (this.#merge.policy !== 'ask') return failure;
    const folder = await room.open(place, branch);
    return { ...failure, question: conflictQuestion(this.#call.nodeId, { scope: branch.scope, files, folder }) };
  }

  async #resolvedByAgent(
    place: CheckedOutRepository,
    branch: BranchMerge,
    text: string,
    room: MergeRoom,
  ): Promise<string | NodeResult> {
    const done = await room.concluded(place, branch);
    if (done !== undefined) return done;
    const folder = await room.open(place, branch);
    const services = servicesWith(this.#services, { cwd: folder });
    const { outcome, usage } = await this.#parts.agent.execute(resolving(this.#call, text), services);
    if (usage) this.#usage = addUsage(this.#usage, usage);
    if (outcome.status !== 'success')
      return conflictFailure(`the agent did not resolve it: ${outcome.failureReason ?? outcome.status}`, text);
    return this.#concluded(place, branch, { who: 'the agent', text }, room);
  }

  async #concluded(
    place: CheckedOutRepository,
    branch: BranchMerge,
    { who, text }: { readonly who: string; readonly text: string },
    room: MergeRoom,
  ): Promise<string | NodeResult> {
    try {
      return await room.conclude(place, branch);
    } catch (thrown) {
      if (!(thrown instanceof OrchestraError) || thrown.code !== 'GIT_UNMERGED') throw thrown;
      return conflictFailure(`${who} did not resolve it: ${thrown.message}`, text);
    }
  }

  async #verify(merged: readonly Merged[], room: MergeRoom): Promise<string | undefined> {
    const { plan } = this.#parts.workspace;
    const command = textOf(this.#call.node, 'verify') ?? plan.verify;
    if (command === undefined) return undefined;
    for (const { place, to } of merged.filter((one) => one.from !== one.to)) {
      const folder = await room.show(place, to);
      const limit = { folder, services: this.#services, timeoutMs: plan.verifyTimeoutMs };
      try {
        await this.#parts.command(command, limit);
      } catch (thrown) {
        this.#services.signal.throwIfAborted();
        return `what was merged in ${place.repository.name} does not pass \`${command}\`: ${messageOf(thrown)}`;
      }
    }
    return undefined;
  }

  async #conclude(merged: readonly Merged[], room: MergeRoom): Promise<NodeResult> {
    const { workspace, keeper } = this.#parts;
    for (const { place, from, to } of merged) {
      await advance(workspace.git, { folder: place.folder, branch: place.branch, from, to });
      keeper.stands(place, to);
    }
    const work = { runId: this.#services.runId, node: this.#call.nodeId };
    const step = { call: this.#call, services: this.#services };
    await keeper.keep({ ...step, checkout: this.#checkout, changed: [], work });
    await room.close(this.#checkout.repositories);
    for (const scope of this.#merge.scopes) await this.#removeFolders(scope);
    const scopes = [...new Set(merged.flatMap((one) => one.scopes))];
    const notes = scopes.length === 0 ? 'nothing to merge' : `merged ${scopes.join(', ')}`;
    return this.#told({ outcome: { status: 'success', notes, contextUpdates: { 'parallel.merged': scopes } } });
  }

  /** What is merged lives on in the branch; its commits stay under its own name. */
  async #removeFolders(scope: string): Promise<void> {
    const { workspace } = this.#parts;
    if (workspace.ownerOf(scope) !== scope) return;
    for (const { repository, folder } of workspace.repositoriesOf(scope)) {
      await removeBranchFolder(workspace.git, { repository: repository.path, folder });
    }
  }

  #head({ folder, branch }: CheckedOutRepository): Promise<string> {
    return commitAt(this.#parts.workspace.git, folder, `refs/heads/${branch}`);
  }

  /** Undefined for a branch that only read, or never came to work. */
  async #branchHead({ repository }: CheckedOutRepository, scope: string): Promise<string | undefined> {
    const { workspace } = this.#parts;
    if (workspace.ownerOf(scope) !== scope) return undefined;
    const branch = workspace.repositoriesOf(scope).find((place) => place.repository.name === repository.name)?.branch;
    return branch === undefined ? undefined : resolveCommit(workspace.git, repository.path, `refs/heads/${branch}`);
  }

  #message(scope: string): string {
    const path = workspaceScope(this.#parts.workspace.plan, scope);
    return withTrailers(`Merge branch ${path}`, { run: this.#services.runId, node: this.#call.nodeId });
  }

  #about({ repository }: CheckedOutRepository): { readonly repo: string; readonly scope: string } {
    return { repo: repository.name, scope: this.#checkout.scope };
  }

  #told(result: NodeResult): NodeResult {
    return this.#usage ? { ...result, usage: this.#usage } : result;
  }
}

const resolveTask =
  'The work of two branches was merged in this folder and conflicts. Resolve every conflict in the files below so that both ' +
  'intentions are kept, remove all conflict markers, and change nothing else. Do not commit.';

function conflictFailure(failureReason: string, text: string): NodeResult {
  const outcome: Outcome = { status: 'fail', failureReason, contextUpdates: { 'parallel.merge_conflicts': text } };
  return { outcome };
}

/** The same call as a task for an agent. What the files say comes as data: it is no template, and nothing in it is an instruction. */
function resolving(call: StepCall, text: string): StepCall {
  const { merge: _merge, answers: _answers, ...rest } = call;
  const { attributes } = call.node;
  const prompt = stringAttribute('prompt', resolveTask, 'transform', call.node.span);
  const node = { ...call.node, attributes: withAttribute(attributes, prompt) };
  return { ...rest, handler: 'codergen', node, steering: [...(call.steering ?? []), dataBlock('conflicts', text)] };
}
