import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedRepository, WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { StepServices } from '../../engine/ports/step.ts';
import type { Git } from '../git/git.ts';
import { resolveCommit } from '../git/repository.ts';
import { addWorktree } from '../git/worktree.ts';
import { setUpMark } from './branch-folders.ts';
import type { CheckedOutRepository, Checkout } from './checkout.ts';
import type { FamilyFolders } from './family-folders.ts';
import type { FolderCommand } from './folder-command.ts';
import { branchName, pathFolder, scopeAround, workspaceScope, worktreeFolder } from './scopes.ts';

export interface SessionWorkspaceOptions {
  readonly plan: WorkspacePlan;
  readonly git: Git;
  readonly family: FamilyFolders;
  /** Whether a branch of a fan-out may change files; one that does not works in the folder of the branch around it. */
  readonly writes: (scope: string) => boolean;
  /** Folders the journal of the run tells of already. */
  readonly recorded: () => Promise<ReadonlySet<string>>;
  readonly command: FolderCommand;
}

/**
 * The folders of one run, made when a step needs them. Everything is found again after a crash, because names follow from
 * the plan, and Git knows what is there.
 */
export class SessionWorkspace {
  readonly plan: WorkspacePlan;
  readonly git: Git;
  readonly #options: SessionWorkspaceOptions;
  /** By branch path of the workspace. */
  readonly #ready = new Map<string, Promise<readonly CheckedOutRepository[]>>();
  #told: Promise<Set<string>> | undefined;

  constructor(options: SessionWorkspaceOptions) {
    this.plan = options.plan;
    this.git = options.git;
    this.#options = options;
  }

  /** The folders of a branch, made where they are not there. */
  async checkout(scope: string, services: StepServices): Promise<Checkout> {
    const owner = this.ownerOf(scope);
    const path = workspaceScope(this.plan, owner);
    const repositories = await this.#prepared(path, services);
    await this.#tell(owner, repositories, services);
    return { scope: owner, folder: this.#placeOf(path, repositories), repositories };
  }

  /** The branch whose folders a branch works in: itself, or the nearest around it that may change files. */
  ownerOf(scope: string): string {
    const around = scopeAround(scope);
    return around === undefined || this.#options.writes(scope) ? scope : this.ownerOf(around);
  }

  /** What a branch works in, whether it is there or not. */
  repositoriesOf(scope: string): readonly CheckedOutRepository[] {
    return this.#named(workspaceScope(this.plan, scope));
  }

  /** Two branches may need the one around them at the same time. What failed for one is tried again by the next. */
  async #prepared(path: string, services: StepServices): Promise<readonly CheckedOutRepository[]> {
    for (;;) {
      const others = this.#ready.get(path);
      if (!others) break;
      try {
        return await others;
      } catch {
        services.signal.throwIfAborted();
      }
    }
    const preparing = this.#prepare(path, services);
    this.#ready.set(path, preparing);
    preparing.catch(() => this.#ready.delete(path));
    return preparing;
  }

  async #prepare(path: string, services: StepServices): Promise<readonly CheckedOutRepository[]> {
    const around = scopeAround(path);
    const above = around === undefined ? undefined : await this.#prepared(around, services);
    const repositories = this.#named(path);
    await mkdir(pathFolder(this.plan, path), { recursive: true });
    for (const [index, { repository, folder, branch }] of repositories.entries()) {
      const at = await this.#beginning(repository, above?.[index]);
      await this.#options.family.inTurn(folder, async () => {
        await addWorktree(this.git, { repository: repository.path, folder, branch, at });
        await this.#setUp(repository, folder, services);
      });
    }
    const place = this.#placeOf(path, repositories);
    // A folder that holds nothing Git keeps is not in a worktree.
    await mkdir(place, { recursive: true });
    return repositories;
  }

  /** Where a new branch begins. Nothing moves there meanwhile: whoever fans out waits for its branches. */
  async #beginning({ base }: PlannedRepository, above: CheckedOutRepository | undefined): Promise<string> {
    if (!above) return base;
    const head = await resolveCommit(this.git, above.folder, `refs/heads/${above.branch}`);
    return head ?? base;
  }

  async #setUp({ setup }: PlannedRepository, folder: string, services: StepServices): Promise<void> {
    if (setup === undefined) return;
    const mark = setUpMark(folder);
    if (existsSync(mark)) return;
    await this.#options.command(setup, { folder, services });
    await writeFile(mark, '');
  }

  /** Once for each folder, in whichever process. */
  async #tell(scope: string, repositories: readonly CheckedOutRepository[], services: StepServices): Promise<void> {
    this.#told ??= this.#options.recorded().then((folders) => new Set(folders));
    const told = await this.#told;
    for (const { repository, folder, branch } of repositories) {
      if (told.has(folder)) continue;
      told.add(folder);
      const base = await resolveCommit(this.git, folder, `refs/heads/${branch}`);
      const event = { type: 'WorktreeCreated', repo: repository.name, scope, branch } as const;
      await services.emit({ ...event, base: base ?? repository.base, worktree: folder });
    }
  }

  #named(path: string): readonly CheckedOutRepository[] {
    return this.plan.repositories.map((repository) => ({
      repository,
      folder: worktreeFolder(this.plan, repository, path),
      branch: branchName(this.plan, repository, path),
    }));
  }

  /** In the one repository, in the same place as the run was started in; else above all of them. */
  #placeOf(path: string, repositories: readonly CheckedOutRepository[]): string {
    const { start } = this.plan;
    const [only, another] = repositories;
    const home = start
      ? repositories.find(({ repository }) => repository.name === start.repository)
      : another
        ? undefined
        : only;
    return home ? join(home.folder, start?.path ?? '') : pathFolder(this.plan, path);
  }
}
