import { isAbsolute, relative, resolve, sep } from 'node:path';
import { addUsage } from '../../contract/add-usage.ts';
import type { SecretFinding, Snapshot } from '../../contract/event.ts';
import type { Usage } from '../../contract/outcome.ts';
import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { StepCall, StepServices } from '../../engine/ports/step.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { addedText, changedFiles, diffText, type ChangedFile } from '../git/changes.ts';
import { commitStaged } from '../git/commit.ts';
import type { Git } from '../git/git.ts';
import { refComponent } from '../git/ref-name.ts';
import { captureUncommitted } from '../git/snapshot.ts';
import { stageChanges, unstage, type StagedChange } from '../git/stage.ts';
import type { SecretSearch } from '../secrets/find-secrets.ts';
import type { CheckedOutRepository, Checkout } from './checkout.ts';
import type { FamilyFolders } from './family-folders.ts';
import { commitsSince, returnToOwnBranch } from './own-branch.ts';
import type { Changed } from './turn-changes.ts';

export interface KeepingParts {
  readonly git: Git;
  readonly plan: WorkspacePlan;
  readonly family: FamilyFolders;
  /** The commit a folder stood at, as far as the journal tells. */
  readonly recordedHead: (folder: string) => Promise<string | undefined>;
  readonly findSecrets: SecretSearch;
  /** Words a commit, trailers included. */
  readonly describe: (change: DescribedChange, step: KeptStepFacts) => Promise<DescribedCommit>;
}

export interface DescribedCommit {
  readonly message: string;
  /** What it took to word it. */
  readonly usage?: Usage;
}

/** The step whose work is kept. */
export interface KeptStepFacts {
  readonly call: StepCall;
  readonly services: StepServices;
}

/** Whose work is kept. */
export interface Work {
  readonly runId: string;
  readonly node: string;
  readonly turn?: number;
  readonly agent?: string;
  readonly model?: string;
  /** What the agent was asked, or is doing, in its own words. */
  readonly intent?: string;
}

export interface DescribedChange extends Work {
  readonly files: readonly ChangedFile[];
  /** The changes as a patch, cut to a size a model reads at once. */
  readonly diff: () => Promise<string>;
}

export interface KeepRequest extends KeptStepFacts {
  readonly checkout: Checkout;
  readonly changed: Changed;
  readonly work: Work;
  /** Somebody has said that what looks like secrets is none. */
  readonly isApproved?: boolean;
}

export interface KeepResult {
  readonly withheld: readonly Withholding[];
  readonly usage?: Usage;
}

/** What became of the changes in one repository. */
export type Kept =
  | { readonly kind: 'clean'; readonly head: string }
  | { readonly kind: 'committed'; readonly head: string; readonly usage?: Usage }
  /** They lie in the folder, and in the snapshot. */
  | { readonly kind: 'withheld'; readonly head: string; readonly problem: Withholding };

export type Withholding =
  | { readonly kind: 'secrets'; readonly repo: string; readonly findings: readonly SecretFinding[] }
  | { readonly kind: 'hook'; readonly repo: string; readonly message: string };

/** Files that an event names at most. */
const mostNamed = 100;
/** Characters of a patch that the words of a commit are made from. */
const describedSize = 4_000;
/** Bytes of a patch that is looked through for secrets: what is added at most, and as much that is taken away. */
const searchedSize = 16 * 1024 * 1024;

/**
 * Keeps what was changed in the folders of a branch: as commits, or, where it must not become one yet, in a snapshot. One
 * repository after the other, so that what is told of them stands in one order. Tells of each commit, and at last where all
 * of them stand, where that is news.
 */
export class ChangeKeeper {
  readonly #parts: KeepingParts;
  /** By branch: what was last told. */
  readonly #told = new Map<string, string>();

  constructor(parts: KeepingParts) {
    this.#parts = parts;
  }

  /** Changes of one branch are kept one after the other: branches that only read share its folder, as do child pipelines. */
  keep(request: KeepRequest): Promise<KeepResult> {
    const { repositories, folder } = request.checkout;
    return this.#parts.family.inTurn(repositories[0]?.folder ?? folder, () => this.#keepAll(request));
  }

  /** A merge has moved a folder there, and tells of it itself. */
  stands({ folder }: CheckedOutRepository, head: string): void {
    this.#parts.family.heads.set(folder, head);
  }

  async #keepAll(request: KeepRequest): Promise<KeepResult> {
    const { checkout, services } = request;
    const repos: Record<string, Snapshot> = {};
    const withheld: Withholding[] = [];
    let usage: Usage | undefined;
    for (const place of checkout.repositories) {
      const changed = pathsIn(place, checkout.folder, request.changed);
      const kept = await this.#keep(place, changed, request);
      if (kept.kind === 'withheld') withheld.push(kept.problem);
      if (kept.kind === 'committed' && kept.usage) usage = addUsage(usage, kept.usage);
      repos[place.repository.name] = await this.#snapshot(place, kept, request);
    }
    const told = JSON.stringify(repos);
    if (this.#told.get(checkout.scope) !== told)
      await services.emit({ type: 'WorkspaceSnapshotRecorded', scope: checkout.scope, repos });
    this.#told.set(checkout.scope, told);
    return { withheld, ...(usage && { usage }) };
  }

  async #keep(place: CheckedOutRepository, changed: Changed, request: KeepRequest): Promise<Kept> {
    const { git, plan } = this.#parts;
    const { folder, branch } = place;
    await returnToOwnBranch(git, { folder, branch });
    const staged = await stageChanges(git, { folder, ...(changed !== 'unknown' && { paths: changed }) });
    await this.#tellOwnCommits(place, staged, request);
    if (staged.isEmpty) return { kind: 'clean', head: staged.parent };
    if (plan.commits === 'never') {
      await unstage(git, folder);
      return { kind: 'clean', head: staged.parent };
    }
    const findings = request.isApproved || plan.secrets === 'allow' ? [] : await this.#secretsIn(staged);
    if (findings.length > 0) return this.#withhold(place, staged, findings, request);
    return this.#commit(place, staged, request);
  }

  /** What an agent has committed itself is as much its work as what it left to us; and so is what a killed process did not come to tell. */
  async #tellOwnCommits(
    { repository, folder }: CheckedOutRepository,
    { parent }: StagedChange,
    { checkout: { scope }, work, services }: KeepRequest,
  ): Promise<void> {
    const { heads } = this.#parts.family;
    const before = heads.get(folder) ?? (await this.#parts.recordedHead(folder));
    heads.set(folder, parent);
    if (before === undefined || before === parent) return;
    for (const commit of await commitsSince(this.#parts.git, folder, before)) {
      const event = { type: 'AgentCommitCreated', repo: repository.name, scope, ...commit, files: [] } as const;
      await services.emit({ ...event, ...(work.turn !== undefined && { turn: work.turn }) });
    }
  }

  async #secretsIn(staged: StagedChange): Promise<readonly SecretFinding[]> {
    const { lines, cut } = await addedText(this.#parts.git, staged, { limit: searchedSize });
    return this.#parts.findSecrets(lines, cut);
  }

  async #withhold(
    { repository, folder }: CheckedOutRepository,
    { parent }: StagedChange,
    findings: readonly SecretFinding[],
    { checkout: { scope }, services }: KeepRequest,
  ): Promise<Kept> {
    await unstage(this.#parts.git, folder);
    await services.emit({ type: 'SecretsFound', repo: repository.name, scope, findings });
    return { kind: 'withheld', head: parent, problem: { kind: 'secrets', repo: repository.name, findings } };
  }

  async #commit(place: CheckedOutRepository, staged: StagedChange, request: KeepRequest): Promise<Kept> {
    const { git, plan, describe } = this.#parts;
    const { checkout, work, services } = request;
    const { repository, folder } = place;
    const files = await changedFiles(git, staged);
    const diff = (): Promise<string> => diffText(git, folder, staged.parent, staged.tree, { limit: describedSize });
    const { message, usage } = await describe({ ...work, files, diff }, request);
    let sha: string;
    try {
      sha = await commitStaged(git, staged, {
        message,
        ...(plan.author && { author: plan.author }),
        hooks: plan.hooks,
        signing: plan.signing,
      });
    } catch (thrown) {
      if (!(thrown instanceof OrchestraError) || thrown.code !== 'GIT_HOOK_REFUSED') throw thrown;
      await unstage(git, folder);
      const problem = { kind: 'hook', repo: repository.name, message: thrown.message } as const;
      return { kind: 'withheld', head: staged.parent, problem };
    }
    this.#parts.family.heads.set(folder, sha);
    const [subject = ''] = message.split('\n');
    await services.emit({
      type: 'AgentCommitCreated',
      repo: repository.name,
      scope: checkout.scope,
      sha,
      subject,
      files: files.slice(0, mostNamed).map(({ path }) => path),
      ...(work.turn !== undefined && { turn: work.turn }),
    });
    return { kind: 'committed', head: sha, ...(usage && { usage }) };
  }

  /** Each keeps a ref of its own: every one of them may be returned to. */
  async #snapshot(
    { repository, folder }: CheckedOutRepository,
    kept: Kept,
    { services, work }: KeepRequest,
  ): Promise<Snapshot> {
    const { git, plan } = this.#parts;
    const { head } = kept;
    if (kept.kind !== 'withheld' && plan.commits !== 'never') return { head };
    const moment = refComponent(`${services.runId}/${services.key}.${work.turn ?? 'end'}`);
    const ref = `refs/orchestra/${plan.session}/uncommitted/${refComponent(repository.name)}/${moment}`;
    const uncommitted = await captureUncommitted(git, { folder, ref });
    return uncommitted === undefined ? { head } : { head, uncommitted };
  }
}

/** Those of the paths that lie in a repository, as it names them. */
function pathsIn({ folder }: CheckedOutRepository, from: string, changed: Changed): Changed {
  if (changed === 'unknown') return changed;
  const inside = changed.map((path) => relative(folder, resolve(from, path)));
  return inside.filter((path) => path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path));
}
