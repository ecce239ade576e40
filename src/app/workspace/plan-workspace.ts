import { existsSync, realpathSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { RepositorySection, WorkspaceSection } from '../../contract/config/workspace.ts';
import type { PlannedRepository, WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { MergePolicy } from '../../engine/ports/step.ts';
import { parseDuration } from '../../shared/duration.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { copyFolder } from '../../workspace/git/copied-folder.ts';
import { Git } from '../../workspace/git/git.ts';
import { refComponent } from '../../workspace/git/ref-name.ts';
import { cloneRepository } from '../../workspace/git/remote.ts';
import { signInOf } from '../../workspace/git/sign-in.ts';
import { findRepository, isDirty, resolveCommit, type Repository } from '../../workspace/git/repository.ts';
import { isWithin } from '../../workspace/sandbox/paths.ts';
import type { Configuration } from '../configuration/configuration.ts';

export interface WorkspaceRequest {
  readonly runId: string;
  readonly pipeline: string;
  /** Folder the run was started in. */
  readonly cwd: string;
  /** Folder of the project's state. */
  readonly home: string;
  readonly configuration: Pick<Configuration, 'workspace' | 'folder' | 'env'>;
}

interface WorkspaceWish extends WorkspaceRequest {
  readonly git: Git;
}

export interface PlannedWorkspace {
  /** Absent where the run works in the folder it was started in. */
  readonly plan?: WorkspacePlan;
  /** How the work of branches comes together where nodes do not say. */
  readonly mergeBranches?: MergePolicy;
  /** What a person should know before it begins. */
  readonly notices: readonly string[];
}

interface FoundRepository {
  readonly planned: PlannedRepository;
  readonly notices: readonly string[];
}

/** Begins the names of branches unless configured. */
export const defaultPrefix = 'orchestra/';
const defaultVerifyTimeoutMs = 10 * 60_000;

/**
 * Decides where a new run works: in the configured repositories, else in the one around the folder it is started in, else in
 * that folder itself. Only clones what is configured and not there; touches nothing else.
 * @throws OrchestraError WORKSPACE_INVALID, GIT_MISSING, GIT_FAILED
 */
export async function planWorkspace(request: WorkspaceRequest): Promise<PlannedWorkspace> {
  const wish = { ...request, git: new Git({ env: request.configuration.env }) };
  const { workspace = {}, folder } = wish.configuration;
  const configured = Object.entries(workspace.repos ?? {});
  if (configured.length === 0) return planAround(wish, workspace);
  const found = await Promise.all(configured.map((entry) => configuredRepository(entry, folder, wish)));
  return planned(found, wish, workspace);
}

async function planAround(wish: WorkspaceWish, section: WorkspaceSection): Promise<PlannedWorkspace> {
  const repository = await findRepository(wish.git, wish.cwd);
  if (!repository) return { notices: [] };
  const { root, head } = repository;
  if (head === undefined) return { notices: [`${root} has no commit yet, so the run works in the folder itself.`] };
  const around = plannedRepository(
    basename(root),
    { repository, base: head, opensChangeRequest: opensOne(section) },
    {},
  );
  const found = [{ planned: around, notices: await dirtyNotice(repository, wish.git) }];
  return planned(found, wish, section);
}

/** Below it each run has a folder. */
export function worktreesHome(
  home: string,
  { workspace = {}, folder }: Pick<Configuration, 'workspace' | 'folder'>,
): string {
  return workspace.folder === undefined ? join(home, 'worktrees') : resolve(folder, workspace.folder);
}

async function configuredRepository(
  [name, section]: readonly [string, RepositorySection],
  from: string,
  wish: WorkspaceWish,
): Promise<FoundRepository> {
  const { git } = wish;
  const path = resolve(from, section.path ?? (section.remote === undefined ? '.' : name));
  const isNew = !existsSync(path);
  if (isNew) await clone(name, path, section, git);
  const repository = await findRepository(git, path);
  if (!repository) return copiedRepository(name, path, section, wish);
  const revision = section.base ?? 'HEAD';
  const base = await resolveCommit(git, repository.root, revision);
  if (base === undefined)
    throw new OrchestraError('WORKSPACE_INVALID', `repository ${name}: ${repository.root} has no commit ${revision}`);
  return {
    planned: plannedRepository(
      name,
      { repository, base, opensChangeRequest: opensOne(wish.configuration.workspace) },
      section,
    ),
    notices: isNew ? [`cloned ${name} into ${path}`] : await dirtyNotice(repository, git),
  };
}

/** What is no repository becomes one of ours, so that the rest is the same. */
async function copiedRepository(
  name: string,
  folder: string,
  section: RepositorySection,
  { git, home }: WorkspaceWish,
): Promise<FoundRepository> {
  const place = join(home, 'copies', `${refComponent(name)}.git`);
  const {
    repository: path,
    head,
    notices,
  } = await copyFolder(git, { folder, place, except: isWithin(home, folder) ? [relative(folder, home)] : [] });
  const repository = { root: path, commonDir: path, head, branch: undefined };
  const { remote: _nowhere, push: _never, ...rest } = section;
  return {
    planned: {
      ...plannedRepository(name, { repository, base: head, opensChangeRequest: false }, rest),
      copyOf: folder,
    },
    notices: [`${folder} is no Git repository: the run works in a copy of it.`, ...notices],
  };
}

async function clone(
  name: string,
  path: string,
  { remote, clone_depth: depth }: RepositorySection,
  git: Git,
): Promise<void> {
  if (remote === undefined)
    throw new OrchestraError('WORKSPACE_INVALID', `repository ${name}: ${path} does not exist, and no remote is named`);
  await cloneRepository(git, { remote, folder: path, ...(depth !== undefined && { depth }) });
}

async function dirtyNotice({ root }: Repository, git: Git): Promise<readonly string[]> {
  if (!(await isDirty(git, root))) return [];
  return [`${root} has changes that are not committed: the run begins at the last commit, without them.`];
}

interface RepositoryFacts {
  readonly repository: Repository;
  readonly base: string;
  /** A change request needs the branch it is for. */
  readonly opensChangeRequest: boolean;
}

function plannedRepository(
  name: string,
  { repository, base, opensChangeRequest }: RepositoryFacts,
  {
    branch_prefix: prefix = defaultPrefix,
    remote,
    push,
    push_branches: pushBranches,
    base: at,
    setup,
  }: RepositorySection,
): PlannedRepository {
  const baseBranch = at ?? repository.branch;
  return {
    ...{ name, path: repository.root, base, prefix },
    ...(baseBranch !== undefined && { baseBranch }),
    ...(remote !== undefined && { remote: signInOf(remote).address }),
    push: push ?? (remote === undefined && !opensChangeRequest ? 'never' : 'on_completion'),
    pushBranches: pushBranches ?? false,
    ...(setup !== undefined && { setup }),
  };
}

async function planned(
  found: readonly FoundRepository[],
  { runId, pipeline, cwd, home, configuration, git }: WorkspaceWish,
  section: WorkspaceSection,
): Promise<PlannedWorkspace> {
  const repositories = found.map((one) => one.planned);
  const worktrees = worktreesHome(home, configuration);
  const start = startIn(repositories, cwd);
  const author = await authorOf(repositories, section, git);
  const { commits, messages, hooks, signing, secrets, verify, verify_timeout: limit } = section;
  const plan: WorkspacePlan = {
    folder: join(worktrees, runId),
    session: `${refComponent(pipeline)}/${runId}`,
    repositories,
    ...(start && { start }),
    ...(author.author && { author: author.author }),
    commits: commits ?? 'per_turn',
    messages: messages ?? 'generated',
    hooks: hooks ?? 'run',
    signing: signing ?? 'keep',
    secrets: secrets ?? 'ask',
    ...(verify !== undefined && { verify }),
    verifyTimeoutMs: parseDuration(limit ?? '') ?? defaultVerifyTimeoutMs,
    publish: publishing(section),
  };
  return {
    plan,
    mergeBranches: section.merge ?? 'merge',
    notices: [...found.flatMap(({ notices }) => notices), ...author.notices],
  };
}

/** Git commits nothing of somebody it does not know. */
const ownAuthor = { name: 'Orchestra', email: 'orchestra@localhost' };

/** Whose the commits are: as configured, else whoever Git says it is, else nobody's but ours. */
async function authorOf(
  repositories: readonly PlannedRepository[],
  { author }: WorkspaceSection,
  git: Git,
): Promise<{ readonly author?: NonNullable<WorkspacePlan['author']>; readonly notices: readonly string[] }> {
  if (author) return { author, notices: [] };
  const known = await Promise.all(
    repositories.map(async ({ path }) => (await git.run(['var', 'GIT_AUTHOR_IDENT'], { cwd: path })).exitCode === 0),
  );
  if (known.every(Boolean)) return { notices: [] };
  const notice = `Git does not know who you are, so commits are by ${ownAuthor.name} <${ownAuthor.email}>; \`git config user.email\` or \`workspace.author\` says otherwise.`;
  return { author: ownAuthor, notices: [notice] };
}

function opensOne({ publish }: WorkspaceSection = {}): boolean {
  return (publish?.change_request ?? 'never') !== 'never';
}

function publishing({ publish = {} }: WorkspaceSection): WorkspacePlan['publish'] {
  const { change_request: changeRequest = 'never', base, host, api, token } = publish;
  return {
    changeRequest,
    ...(base !== undefined && { base }),
    ...(host !== undefined && { host }),
    ...(api !== undefined && { api }),
    ...(token !== undefined && { tokenVariable: token }),
  };
}

/** The repository the run was started in, and where in it. */
function startIn(repositories: readonly PlannedRepository[], cwd: string): WorkspacePlan['start'] {
  // Git names the folders behind symbolic links.
  const here = realpathSync(cwd);
  const inside = repositories.find(({ path, copyOf = path }) => isWithin(here, copyOf));
  return inside && { repository: inside.name, path: relative(inside.copyOf ?? inside.path, here) };
}
